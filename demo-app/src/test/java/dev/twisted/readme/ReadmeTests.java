package dev.twisted.readme;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.jayway.jsonpath.JsonPath;
import dev.twisted.boot.autoconfigure.TwistedClientsProperties;
import dev.twisted.boot.autoconfigure.TwistedProperties;
import dev.twisted.boot.autoconfigure.web.TwistedWebProperties;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class ReadmeTests {

	private static final Path README = Path.of("..", "README.md");

	private static final Pattern LISTENING = Pattern.compile("'echo' listening on \\S*:(\\d+) \\(TCP\\)");

	@Test
	void theExampleIsTheOneThatIsTested() throws IOException {
		String source = Files
			.readString(Path.of("src", "test", "java", "dev", "twisted", "readme", "EchoApplication.java"));
		String example = source.substring(source.indexOf("@SpringBootApplication"));
		assertThat(Files.readString(README)).contains("```java\n" + example + "```");
	}

	@Test
	void theExampleAnswersAndStaysAliveUntilItIsTerminated() throws Exception {
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
				EchoApplication.class.getName(), "--spring.config.name=none", "--spring.main.web-application-type=none",
				"--spring.sql.init.mode=never", "--twisted.servers.echo.port=0",
				"--twisted.servers.echo.address=127.0.0.1")
			.redirectErrorStream(true)
			.start();
		try (BufferedReader log = new BufferedReader(
				new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
			int port = 0;
			for (String line = log.readLine(); line != null
					&& !line.contains("Started EchoApplication"); line = log.readLine()) {
				Matcher matcher = LISTENING.matcher(line);
				port = matcher.find() ? Integer.parseInt(matcher.group(1)) : port;
			}
			assertThat(ask(port)).isEqualTo("hello");
			process.toHandle().destroy();
			assertThat(log.lines()).anyMatch((line) -> line.contains("Twisted servers stopped"));
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			// 143 is the end of one who was alive to be told.
			assertThat(process.exitValue()).isEqualTo(128 + 15);
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void everyKeyIsInTheTable() throws IOException {
		String readme = Files.readString(README);
		List<String> keys = new ArrayList<>();
		for (URL metadata : Collections
			.list(getClass().getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream content = metadata.openStream()) {
				keys.addAll(JsonPath.parse(content).<List<String>>read("$.properties[*].name"));
			}
		}
		keys.removeIf((key) -> !key.contains("twisted") || key.equals("twisted.servers")
				|| key.equals("twisted.clients") || key.equals("twisted.web.websockets"));
		assertThat(keys).isNotEmpty().allSatisfy((key) -> assertThat(readme).contains("| `" + key + "` |"));
		assertThat(keys(TwistedClientsProperties.Client.class, "twisted.clients.<name>.")).isNotEmpty()
			.allSatisfy((key) -> assertThat(readme).contains("| `" + key + "` |"));
		assertThat(keys(TwistedWebProperties.WebSocket.class, "twisted.web.websockets.<name>.")).isNotEmpty()
			.allSatisfy((key) -> assertThat(readme).contains("| `" + key + "` |"));
		assertThat(keys(TwistedProperties.Server.class, "twisted.servers.<name>.")).isNotEmpty()
			.allSatisfy((key) -> assertThat(readme).contains("| `" + key + "` |"));
	}

	private static Stream<String> keys(Class<?> properties, String prefix) {
		return Stream.of(properties.getRecordComponents())
			.flatMap((component) -> component.getType().isRecord()
					? keys(component.getType(), prefix + dashed(component.getName()) + ".")
					: Stream.of(prefix + dashed(component.getName())));
	}

	private static String dashed(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

	private static String ask(int port) throws IOException {
		try (Socket socket = new Socket()) {
			socket.setSoTimeout(30_000);
			socket.connect(new InetSocketAddress("127.0.0.1", port));
			socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
			socket.shutdownOutput();
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

}
