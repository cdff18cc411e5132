package dev.twisted.boot.autoconfigure.defer;

import java.net.http.HttpResponse;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.WebApplicationType;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What holds for Deferreds in the controllers of both web frameworks, over HTTP.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class ControllerTests {

	final WebApplication application;

	ControllerTests(WebApplicationType type) {
		this.application = new WebApplication(type);
	}

	@AfterAll
	void stop() {
		this.application.close();
	}

	@Test
	void aControllerMayReturnADeferred() throws Exception {
		HttpResponse<String> response = this.application.get("/users/ann");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("{\"name\":\"ann\"}");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("application/json");
	}

	@Test
	void aDeferredMayHaveAResponseEntity() throws Exception {
		HttpResponse<String> response = this.application.get("/entity");
		assertThat(response.statusCode()).isEqualTo(201);
		assertThat(response.body()).isEqualTo("{\"name\":\"new\"}");
	}

	@Test
	void aNullIsAnEmptyResponse() throws Exception {
		HttpResponse<String> response = this.application.get("/nobody");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEmpty();
	}

	@Test
	void aFailureReachesTheExceptionHandlerWithItsOriginalException() throws Exception {
		HttpResponse<String> response = this.application.get("/broken");
		assertThat(response.statusCode()).isEqualTo(507);
		assertThat(response.body()).isEqualTo("the disk is full");
	}

}
