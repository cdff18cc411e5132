package dev.twisted.boot.autoconfigure.defer;

import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deferreds in the controllers of Spring MVC, over HTTP.
 */
class WebMvcTests extends ControllerTests {

	WebMvcTests() {
		super(WebApplicationType.SERVLET);
	}

	@Test
	void aMethodMayTakeABodyAndReturnADeferred() throws Exception {
		assertThat(this.application.post("/names", "ann").body()).isEqualTo("you are ann");
	}

	@Test
	void aRequestThatTakesTooLongCancelsTheDeferred() throws Exception {
		assertThat(this.application.get("/forever").statusCode()).isEqualTo(503);
		assertThat(this.application.users().events).containsExactly("asked", "cancelled");
	}

}
