package dev.twisted.boot.autoconfigure.defer;

import java.net.Socket;
import java.nio.charset.StandardCharsets;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deferreds in the controllers of WebFlux, over HTTP.
 */
class WebFluxTests extends ControllerTests {

	WebFluxTests() {
		super(WebApplicationType.REACTIVE);
	}

	@Test
	void theBodyOfARequestMayBeADeferred() throws Exception {
		assertThat(this.application.post("/greetings", "ann").body()).isEqualTo("hello ann");
	}

	@Test
	void aClientThatGoesAwayCancelsTheDeferred() throws Exception {
		try (Socket client = new Socket("127.0.0.1", this.application.port())) {
			client.getOutputStream()
				.write("GET /forever HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			Awaitility.await().until(() -> this.application.users().events.contains("asked"));
		}
		Awaitility.await().until(() -> this.application.users().events.contains("cancelled"));
	}

}
