package dev.twisted.boot.autoconfigure.web;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import dev.twisted.protocols.LineReceiver;
import dev.twisted.web.client.HTTPClient;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;
import org.springframework.http.client.ReactorResourceFactory;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The web server of WebFlux on the event loops of the reactor.
 */
class EventLoopSharingTests {

	@Test
	void aControllerAndAProtocolHandEachOtherDeferredsWithoutAWayBetweenThreads() throws Exception {
		try (ConfigurableApplicationContext context = start(Application.class)) {
			Meeting meeting = context.getBean(Meeting.class);
			try (Socket socket = new Socket("127.0.0.1", port(context, "local.twisted.meet.port"))) {
				// The protocol waits for what the controller is asked.
				socket.getOutputStream().write("ann\r\n".getBytes(StandardCharsets.US_ASCII));
				byte[] waiting = socket.getInputStream().readNBytes("waiting\r\n".length());
				assertThat(waiting).asString().isEqualTo("waiting\r\n");
				assertThat(get(context, "/meet?name=ann")).isEqualTo("ann was met");
				byte[] met = socket.getInputStream().readNBytes("met\r\n".length());
				assertThat(met).asString().isEqualTo("met\r\n");
			}
			Thread own = context.getBean(Reactor.class).blockingCallFromThread(Thread::currentThread);
			assertThat(meeting.threads).hasSize(4).allSatisfy((where, thread) -> assertThat(thread).isSameAs(own));
		}
	}

	@Test
	void withSeveralEventLoopsARequestAndWhatItAsksOthersStayOnOneAndProtocolsHaveTheSame() throws Exception {
		try (ConfigurableApplicationContext context = start(Application.class, "--twisted.reactor.event-loops=2")) {
			Set<String> ofControllers = new HashSet<>();
			Set<String> ofProtocols = new HashSet<>();
			for (int i = 0; i < 8; i++) {
				String[] threads = get(context, "/ask").split(",");
				assertThat(threads[1]).as("where the agent's answer came").isEqualTo(threads[0]);
				ofControllers.add(threads[0]);
				try (Socket socket = new Socket("127.0.0.1", port(context, "local.twisted.meet.port"))) {
					socket.setSoTimeout(20_000);
					socket.getOutputStream().write("thread\r\n".getBytes(StandardCharsets.US_ASCII));
					ofProtocols.add(new BufferedReader(
							new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII))
						.readLine());
				}
			}
			assertThat(ofControllers).hasSize(2).isEqualTo(ofProtocols);
		}
	}

	@Test
	void aControllerThatBlocksTheSharedLoopIsReportedWhileItDoes() throws Exception {
		try (ConfigurableApplicationContext context = start(Application.class,
				"--twisted.reactor.slow-callback-threshold=50ms")) {
			CountDownLatch release = context.getBean(Meeting.class).release;
			Reactor reactor = context.getBean(Reactor.class);
			get(context, "/thread");
			long before = reactor.statistics().slowCallbacks();
			URI uri = URI.create("http://127.0.0.1:%d/block".formatted(port(context, "local.server.port")));
			CompletableFuture<HttpResponse<String>> blocked = HttpClient.newHttpClient()
				.sendAsync(HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString("body")).build(),
						BodyHandlers.ofString());
			try {
				Awaitility.await()
					.atMost(Duration.ofSeconds(20))
					.until(() -> reactor.statistics().slowCallbacks() > before);
				assertThat(blocked).isNotDone();
			}
			finally {
				release.countDown();
			}
			assertThat(blocked.get(20, TimeUnit.SECONDS).body()).isEqualTo("body");
		}
	}

	@Test
	void theWebServerHasLoopsOfItsOwnWhereThatIsAskedFor() throws Exception {
		try (ConfigurableApplicationContext context = start(Application.class,
				"--twisted.web.share-event-loops=false")) {
			Thread own = context.getBean(Reactor.class).blockingCallFromThread(Thread::currentThread);
			assertThat(get(context, "/thread")).isNotEqualTo(own.getName());
		}
	}

	@Test
	void whoDefinesTheResourcesOfTheWebServerKeepsThem() {
		try (ConfigurableApplicationContext context = start(OwnResources.class)) {
			assertThat(context.getBeansOfType(ReactorResourceFactory.class)).containsOnlyKeys("ownResources");
		}
	}

	@Test
	void aContextThatIsStoppedAndStartedAgainServesAgain() throws Exception {
		try (ConfigurableApplicationContext context = start(Application.class)) {
			String before = get(context, "/thread");
			context.stop();
			context.start();
			assertThat(get(context, "/thread")).isEqualTo(before);
			assertThat(context.getBean(Reactor.class).running()).isTrue();
		}
	}

	@Test
	void anApplicationStopsWithoutWaitingForItsSharedLoops() {
		long begin = System.nanoTime();
		start(Application.class).close();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
	}

	private static ConfigurableApplicationContext start(Class<?> application, String... arguments) {
		String[] all = new String[arguments.length + 6];
		all[0] = "--server.port=0";
		all[1] = "--server.address=127.0.0.1";
		all[2] = "--spring.main.banner-mode=off";
		all[3] = "--twisted.servers.meet.port=0";
		all[4] = "--twisted.servers.meet.address=127.0.0.1";
		all[5] = "--spring.main.web-application-type=reactive";
		System.arraycopy(arguments, 0, all, 6, arguments.length);
		return new SpringApplicationBuilder(application).run(all);
	}

	private static String get(ConfigurableApplicationContext context, String path) throws Exception {
		URI uri = URI.create("http://127.0.0.1:%d%s".formatted(port(context, "local.server.port"), path));
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString())
			.body();
	}

	private static int port(ConfigurableApplicationContext context, String key) {
		return context.getEnvironment().getRequiredProperty(key, Integer.class);
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Meeting.class, Meet.class, Controller.class })
	static class Application {

	}

	@Configuration(proxyBeanMethods = false)
	@Import(Application.class)
	static class OwnResources {

		@Bean
		ReactorResourceFactory ownResources() {
			return new ReactorResourceFactory();
		}

	}

	/**
	 * Where a protocol and a controller wait for each other.
	 */
	static class Meeting {

		final CountDownLatch release = new CountDownLatch(1);

		final Map<String, Thread> threads = new ConcurrentHashMap<>();

		private final Map<String, Deferred<String>> waiting = new ConcurrentHashMap<>();

		Deferred<String> waitFor(String name) {
			return this.waiting.computeIfAbsent(name, (unknown) -> new Deferred<>());
		}

		void at(String where) {
			this.threads.put(where, Thread.currentThread());
		}

	}

	@ProtocolHandler("meet")
	static class Meet extends LineReceiver {

		private final Meeting meeting;

		Meet(Meeting meeting) {
			this.meeting = meeting;
		}

		@Override
		protected void lineReceived(String name) {
			if (name.equals("thread")) {
				sendLine(Thread.currentThread().getName());
				return;
			}
			this.meeting.at("protocol asks");
			this.meeting.waitFor(name).addCallback((text) -> {
				this.meeting.at("protocol is told");
				sendLine("met");
				return text;
			});
			sendLine("waiting");
		}

	}

	@RestController
	static class Controller {

		private final Meeting meeting;

		private final HTTPClient client;

		private final Environment environment;

		Controller(Meeting meeting, HTTPClient client, Environment environment) {
			this.meeting = meeting;
			this.client = client;
			this.environment = environment;
		}

		@GetMapping("/ask")
		Deferred<String> ask() {
			String asked = Thread.currentThread().getName();
			return this.client
				.get("http://127.0.0.1:%s/thread".formatted(this.environment.getProperty("local.server.port")))
				.compose(dev.twisted.web.client.HTTPResponse::text)
				.addCallback((text) -> asked + "," + Thread.currentThread().getName());
		}

		@GetMapping("/meet")
		Deferred<String> meet(@RequestParam String name) {
			this.meeting.at("controller is asked");
			Deferred<String> answer = this.meeting.waitFor(name).addCallback((text) -> {
				this.meeting.at("controller is told");
				return text;
			});
			answer.callback(name + " was met");
			return answer;
		}

		@PostMapping("/block")
		String block(@RequestBody String body) throws InterruptedException {
			assertThat(this.meeting.release.await(30, TimeUnit.SECONDS)).isTrue();
			return body;
		}

		@GetMapping("/thread")
		String thread() {
			return Thread.currentThread().getName();
		}

	}

}
