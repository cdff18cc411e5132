package dev.twisted.demo;

import java.util.Map;
import java.util.StringJoiner;

import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.TwistedServer;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Says, when everything listens, what to type next.
 */
@Component
class Welcome {

	private static final Log logger = LogFactory.getLog(Welcome.class);

	/** What to say to those who want more than a word, as {@code printf} writes it. */
	private static final Map<String, String> GREETINGS = Map.of("qa-line", "hello\\r\\n", "qa-int32",
			"\\0\\0\\0\\5hello", "private", "\\1\\0\\0\\0\\7\\0\\0\\0\\114\\4\\0\\0\"hello\"");

	private final TwistedRuntime runtime;

	private final Environment environment;

	Welcome(TwistedRuntime runtime, Environment environment) {
		this.runtime = runtime;
		this.environment = environment;
	}

	@EventListener(ApplicationReadyEvent.class)
	void greet() {
		StringJoiner lines = new StringJoiner(System.lineSeparator());
		lines.add("The demo is up. Try, in another terminal:");
		lines.add("");
		this.runtime.servers().forEach((server) -> lines.add(line(server.name(), command(server))));
		this.runtime.servers()
			.stream()
			.filter((server) -> server.name().equals("qa-line"))
			.forEach((server) -> lines.add(line("user", say("/user oldboy1\\r\\n", server))));
		String port = this.environment.getProperty("local.server.port");
		if (port != null) {
			String root = "http://%s:%s/".formatted(this.environment.getProperty("server.address", "127.0.0.1"), port);
			lines.add(line("ask", "curl '%sask?text=hello', or %s in a browser".formatted(root, root)));
			lines.add(line("robot", "curl -H 'Content-Type: application/json' -d '%s' %srobot"
				.formatted("{\"perception\":{\"inputText\":{\"text\":\"hello\"}}}", root)));
			lines.add(line("users", "curl %susers, or curl %susers/oldboy1".formatted(root, root)));
			lines.add(line("health", "curl " + root + "actuator/health"));
			lines.add(line("traffic", "curl " + root + "actuator/info"));
		}
		lines.add("");
		logger.info(lines);
	}

	private static String command(TwistedServer server) {
		if (server.name().equals("pb")) {
			return "mvn -q spring-boot:run -Dspring-boot.run.arguments='--demo.client=pb --demo.port=%d'"
				.formatted(server.address().port());
		}
		return switch (server.address().type()) {
			case "UDP" ->
				"printf 'hello' | nc -u -w1 %s %d".formatted(server.address().host(), server.address().port());
			default -> say(GREETINGS.getOrDefault(server.name(), "hello"), server);
		};
	}

	private static String say(String words, TwistedServer server) {
		return "printf '%s' | nc -q1 %s %d".formatted(words, server.address().host(), server.address().port());
	}

	private static String line(String name, String command) {
		return "  %-10s %s".formatted(name, command);
	}

}
