package dev.twisted.boot.autoconfigure.defer;

import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deferreds in the controllers of WebFlux, over HTTP.
 */
class WebFluxTests {

	private static WebApplication application;

	@BeforeAll
	static void start() {
		application = new WebApplication(WebApplicationType.REACTIVE);
	}

	@AfterAll
	static void stop() {
		application.close();
	}

	@Test
	void aControllerMayReturnADeferred() throws Exception {
		HttpResponse<String> response = application.get("/users/ann");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("{\"name\":\"ann\"}");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
	}

	@Test
	void aDeferredMayHaveAResponseEntity() throws Exception {
		HttpResponse<String> response = application.get("/entity");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.body()).isEqualTo("{\"name\":\"new\"}");
	}

	@Test
	void aNullIsAnEmptyResponse() throws Exception {
		HttpResponse<String> response = application.get("/nobody");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEmpty();
	}

	@Test
	void aFailureReachesTheExceptionHandlerWithItsOriginalException() throws Exception {
		HttpResponse<String> response = application.get("/broken");
		assertThat(response.statusCode()).isEqualTo(507);
		assertThat(response.body()).isEqualTo("the disk is full");
	}

	@Test
	void theBodyOfARequestMayBeADeferred() throws Exception {
		assertThat(application.post("/greetings", "ann").body()).isEqualTo("hello ann");
	}

	@Test
	void aClientThatGoesAwayCancelsTheDeferred() throws Exception {
		try (Socket client = new Socket("127.0.0.1", application.port())) {
			client.getOutputStream()
				.write("GET /forever HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			Awaitility.await().until(() -> application.users().events.contains("asked"));
		}
		Awaitility.await().until(() -> application.users().events.contains("cancelled"));
	}

}
