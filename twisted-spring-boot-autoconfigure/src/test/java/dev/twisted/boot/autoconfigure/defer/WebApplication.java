package dev.twisted.boot.autoconfigure.defer;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/**
 * An application with a controller that returns Deferreds, and a client for it.
 */
final class WebApplication implements AutoCloseable {

	private final HttpClient client = HttpClient.newHttpClient();

	private final ConfigurableApplicationContext context;

	WebApplication(WebApplicationType type) {
		this.context = new SpringApplicationBuilder(Configuration.class).run("--server.port=0",
				"--server.address=127.0.0.1", "--spring.main.banner-mode=off",
				"--spring.main.web-application-type=" + type, "--spring.mvc.async.request-timeout=3s");
	}

	int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	Users users() {
		return this.context.getBean(Users.class);
	}

	HttpResponse<String> get(String path) throws Exception {
		return send(HttpRequest.newBuilder(uri(path)));
	}

	HttpResponse<String> post(String path, String text) throws Exception {
		return send(HttpRequest.newBuilder(uri(path))
			.header("Content-Type", "text/plain")
			.POST(HttpRequest.BodyPublishers.ofString(text)));
	}

	private URI uri(String path) {
		return URI.create("http://127.0.0.1:" + port() + path);
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return this.client.send(request.timeout(Duration.ofSeconds(20)).build(), HttpResponse.BodyHandlers.ofString());
	}

	@Override
	public void close() {
		this.context.close();
	}

	record User(String name) {
	}

	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Users.class)
	static class Configuration {

	}

	@RestController
	static class Users {

		final List<String> events = new CopyOnWriteArrayList<>();

		private final Reactor reactor;

		Users(Reactor reactor) {
			this.reactor = reactor;
		}

		@GetMapping("/users/{name}")
		Deferred<User> user(@PathVariable("name") String name) {
			return this.reactor.deferToThread(() -> new User(name));
		}

		@GetMapping("/entity")
		Deferred<ResponseEntity<User>> entity() {
			return Deferred.succeed(ResponseEntity.status(HttpStatus.CREATED).body(new User("new")));
		}

		@GetMapping("/nobody")
		Deferred<User> nobody() {
			return Deferred.succeed(null);
		}

		@GetMapping("/broken")
		Deferred<User> broken() {
			return this.reactor.deferToThread(() -> {
				throw new IOException("the disk is full");
			});
		}

		@GetMapping("/forever")
		Deferred<User> forever() {
			Deferred<User> deferred = new Deferred<>((cancelled) -> this.events.add("cancelled"));
			this.events.add("asked");
			return deferred;
		}

		@PostMapping(path = "/greetings", produces = "text/plain")
		Deferred<String> greet(@RequestBody Deferred<String> name) {
			return name.addCallback((text) -> "hello " + text);
		}

		@PostMapping(path = "/names", produces = "text/plain")
		Deferred<String> name(@RequestBody String name) {
			return Deferred.succeed("you are " + name);
		}

		@ExceptionHandler
		ResponseEntity<String> failed(IOException ex) {
			return ResponseEntity.status(HttpStatus.INSUFFICIENT_STORAGE).body(ex.getMessage());
		}

	}

}
