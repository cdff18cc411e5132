package dev.twisted.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * A real Chromium without a screen, driven through its WebDriver (W3C).
 */
final class Browser implements AutoCloseable {

	private static final Path DRIVER = Path.of("/usr/bin/chromedriver");

	private static final Pattern STARTED = Pattern.compile("started successfully on port (\\d+)");

	private static final String ELEMENT = "element-6066-11e4-a52e-4f735466cecf";

	private final JsonMapper json = JsonMapper.shared();

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final Process driver;

	private final String session;

	private Browser(Process driver, int port, Path profile) throws Exception {
		this.driver = driver;
		Map<String, Object> options = Map.of("args",
				List.of("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
						"--disable-background-networking", "--disable-component-update", "--disable-sync",
						"--disable-dev-shm-usage", "--user-data-dir=" + profile));
		String root = "http://127.0.0.1:%d/session".formatted(port);
		JsonNode made = call("POST", root,
				Map.of("capabilities", Map.of("alwaysMatch", Map.of("goog:chromeOptions", options))));
		this.session = root + "/" + made.get("sessionId").asString();
	}

	/**
	 * Abort the test where there is no Chromium, or fail it where there has to be one.
	 */
	static void require() {
		if (Files.isExecutable(DRIVER)) {
			return;
		}
		String message = "There is no %s: install the Debian packages chromium and chromium-driver".formatted(DRIVER);
		if (System.getenv("CI") != null) {
			fail(message);
		}
		Assumptions.abort(message);
	}

	static Browser start(Path profile) throws Exception {
		Process driver = new ProcessBuilder(DRIVER.toString(), "--port=0").redirectErrorStream(true).start();
		try {
			return new Browser(driver, port(driver), profile);
		}
		catch (Exception | Error ex) {
			driver.destroyForcibly();
			throw ex;
		}
	}

	private static int port(Process driver) throws IOException {
		BufferedReader output = driver.inputReader();
		for (String line = output.readLine(); line != null; line = output.readLine()) {
			Matcher started = STARTED.matcher(line);
			if (started.find()) {
				return Integer.parseInt(started.group(1));
			}
		}
		throw new AssertionError("ChromeDriver has not started");
	}

	void open(String url) throws Exception {
		call("POST", this.session + "/url", Map.of("url", url));
	}

	void type(String selector, String keys) throws Exception {
		call("POST", "%s/element/%s/value".formatted(this.session, element(selector)), Map.of("text", keys));
	}

	void click(String selector) throws Exception {
		call("POST", "%s/element/%s/click".formatted(this.session, element(selector)), Map.of());
	}

	private String element(String selector) throws Exception {
		return call("POST", this.session + "/element", Map.of("using", "css selector", "value", selector)).get(ELEMENT)
			.asString();
	}

	/** What a script returns. */
	String run(String script) throws Exception {
		return call("POST", this.session + "/execute/sync", Map.of("script", script, "args", List.of())).asString();
	}

	private JsonNode call(String method, String url, Object body) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(url))
			.timeout(Duration.ofSeconds(60))
			.header("Content-Type", "application/json")
			.method(method, BodyPublishers.ofString(this.json.writeValueAsString(body)))
			.build();
		HttpResponse<String> response = this.client.send(request, BodyHandlers.ofString());
		assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
		return this.json.readTree(response.body()).get("value");
	}

	@Override
	public void close() throws Exception {
		try {
			call("DELETE", this.session, Map.of());
		}
		finally {
			this.driver.destroy();
			this.driver.waitFor(20, TimeUnit.SECONDS);
		}
	}

}
