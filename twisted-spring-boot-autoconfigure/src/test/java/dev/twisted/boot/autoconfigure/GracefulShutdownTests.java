package dev.twisted.boot.autoconfigure;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.autoconfigure.spread.TwistedSpreadClientsAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * An application with servers of both kinds is shut down while it answers over HTTP.
 */
@Timeout(60)
class GracefulShutdownTests {

	@ParameterizedTest
	@EnumSource(value = WebApplicationType.class, names = { "SERVLET", "REACTIVE" })
	void aRequestThatWaitsForTheReactorIsAnsweredAndThePortsAreClosedMeanwhile(WebApplicationType type)
			throws Exception {
		ConfigurableApplicationContext context = new SpringApplicationBuilder(Application.class).run("--server.port=0",
				"--server.address=127.0.0.1", "--spring.main.web-application-type=" + type,
				"--spring.main.banner-mode=off", "--twisted.servers.echo.port=0",
				"--twisted.servers.echo.address=127.0.0.1");
		try {
			ListeningPort port = context.getBean(TwistedRuntime.class).servers().get(0).port();
			Reactor reactor = context.getBean(Reactor.class);
			Controller controller = context.getBean(Controller.class);
			CompletableFuture<HttpResponse<String>> response = ask(context);
			assertThat(controller.asked.await(30, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Void> closed = CompletableFuture.runAsync(context::close);
			await().atMost(Duration.ofSeconds(30)).until(() -> !port.listening());
			assertThat(reactor.running()).isTrue();
			reactor.callLater(Duration.ofMillis(1), () -> controller.answer.callback("in the end"));
			assertThat(response.get(30, TimeUnit.SECONDS).body()).isEqualTo("in the end");
			closed.get(30, TimeUnit.SECONDS);
			assertThat(reactor.running()).isFalse();
		}
		finally {
			context.close();
		}
	}

	private static CompletableFuture<HttpResponse<String>> ask(ConfigurableApplicationContext context) {
		URI uri = URI.create("http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/");
		return HttpClient.newHttpClient()
			.sendAsync(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
	}

	@SpringBootConfiguration
	// The interfaces of other tests are no clients here.
	@EnableAutoConfiguration(exclude = TwistedSpreadClientsAutoConfiguration.class)
	@Import({ Controller.class, TwistedLifecycleTests.Echo.class })
	static class Application {

	}

	@RestController
	static class Controller {

		private final CountDownLatch asked = new CountDownLatch(1);

		private final Deferred<String> answer = new Deferred<>();

		@GetMapping("/")
		Deferred<String> answer() {
			this.asked.countDown();
			return this.answer;
		}

	}

}
