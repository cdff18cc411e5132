package dev.twisted.demo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the demo shows over HTTP.
 */
@DemoTest
class PageTests {

	@LocalServerPort
	private int port;

	@Test
	void aPersonTypesAQuestionAndSeesTheAnswer(
			@TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.NEVER) Path profile) throws Exception {
		Browser.require();
		try (Browser browser = Browser.start(profile)) {
			browser.open("http://127.0.0.1:%d/".formatted(this.port));
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(browser.run("return document.getElementById('state').textContent"))
					.isEqualTo("Connected"));
			browser.type("#question", "世界");
			browser.click("#send");
			browser.type("#question", "again");
			browser.click("#send");
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(browser.run(
						"return Array.from(document.querySelectorAll('dt, dd')).map((e) => e.textContent).sort().join('|')"))
					.isEqualTo("again|世界|你好，again|你好，世界"));
		}
	}

	@Test
	void theStandInForTheRobotsServiceSpeaksItsJson() throws Exception {
		String perception = "\"perception\":{\"inputText\":{\"text\":\"hi\"}}";
		for (String body : new String[] { "{" + perception + "}",
				"{\"reqType\":0," + perception + ",\"userInfo\":{\"apiKey\":\"x\",\"userId\":\"1\"}}" }) {
			HttpResponse<String> response = send(
					request("/robot").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
			assertThat(response.statusCode()).isEqualTo(200);
			assertThat(response.body())
				.isEqualTo("{\"results\":[{\"groupType\":1,\"resultType\":\"text\",\"values\":{\"text\":\"你好，hi\"}}]}");
		}
	}

	@Test
	void aQuestionToTheRobotThatIsNoneIsABadRequest() throws Exception {
		for (String body : new String[] { "{}", "{\"perception\":{}}", "{\"reqType\":0,\"perception\":{}}",
				"no json" }) {
			assertThat(send(
					request("/robot").header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)))
				.statusCode()).isEqualTo(400);
		}
	}

	@Test
	void whoeverAsksOverHttpIsAnsweredInPlainText() throws Exception {
		HttpResponse<String> response = send(request("/ask?text=%E4%B8%96%E7%95%8C"));
		assertThat(response.body()).isEqualTo("你好，世界");
		assertThat(response.headers().firstValue("Content-Type")).hasValueSatisfying(
				(type) -> assertThat(type).startsWith("text/plain").containsIgnoringCase("charset=utf-8"));
		assertThat(send(request("/ask")).statusCode()).isEqualTo(400);
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.port + path))
			.timeout(Duration.ofSeconds(30));
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HttpClient.newHttpClient().send(request.build(), BodyHandlers.ofString());
	}

}
