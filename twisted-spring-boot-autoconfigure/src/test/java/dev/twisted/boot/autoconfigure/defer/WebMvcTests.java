package dev.twisted.boot.autoconfigure.defer;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deferreds in the controllers of Spring MVC, over HTTP.
 */
class WebMvcTests {

	private static WebApplication application;

	@BeforeAll
	static void start() {
		application = new WebApplication(WebApplicationType.SERVLET);
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
	void aMethodMayTakeABodyAndReturnADeferred() throws Exception {
		assertThat(application.post("/names", "ann").body()).isEqualTo("you are ann");
	}

	@Test
	void aRequestThatTakesTooLongCancelsTheDeferred() throws Exception {
		assertThat(application.get("/forever").statusCode()).isEqualTo(503);
		assertThat(application.users().events).containsExactly("asked", "cancelled");
	}

}
