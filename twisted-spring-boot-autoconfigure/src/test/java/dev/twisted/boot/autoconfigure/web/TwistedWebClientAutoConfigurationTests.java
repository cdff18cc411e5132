package dev.twisted.boot.autoconfigure.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;

import javax.net.ssl.SSLContext;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.boot.autoconfigure.TwistedServersAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Reactor;
import dev.twisted.web.Headers;
import dev.twisted.web.client.Agent;
import dev.twisted.web.client.HTTPAgent;
import dev.twisted.web.client.HTTPClient;
import dev.twisted.web.client.HTTPConnectionPool;
import dev.twisted.web.client.HTTPResponse;
import dev.twisted.web.client.RedirectAgent;
import dev.twisted.web.client.ResponseNeverReceived;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.observation.DefaultMeterObservationHandler;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import io.micrometer.observation.transport.SenderContext;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TwistedWebClientAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TwistedReactorAutoConfiguration.class,
				TwistedServersAutoConfiguration.class, TwistedWebClientAutoConfiguration.class,
				TwistedWebObservationAutoConfiguration.class, SslAutoConfiguration.class));

	private HttpServer server;

	@BeforeEach
	void start() throws IOException {
		this.server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		this.server.createContext("/hello", (exchange) -> {
			byte[] body = "{\"text\":\"hello\"}".getBytes(StandardCharsets.UTF_8);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		this.server.createContext("/moved", (exchange) -> {
			exchange.getResponseHeaders().set("Location", "/hello");
			exchange.sendResponseHeaders(302, -1);
			exchange.close();
		});
		this.server.createContext("/trace", (exchange) -> {
			byte[] body = (exchange.getRequestHeaders().getFirst("traceparent") + " and "
					+ exchange.getRequestHeaders().getFirst("X-Own"))
				.getBytes(StandardCharsets.US_ASCII);
			exchange.sendResponseHeaders(200, body.length);
			exchange.getResponseBody().write(body);
			exchange.close();
		});
		this.server.createContext("/never", (exchange) -> {
		});
		this.server.start();
	}

	@AfterEach
	void stop() {
		this.server.stop(0);
	}

	@Test
	void thereIsAnAgentAndAClientForEverydayUse() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(Agent.class)
				.hasSingleBean(HTTPAgent.class)
				.hasSingleBean(HTTPConnectionPool.class);
			assertThat(get(context, "/hello").text()).isEqualTo("hello");
		});
	}

	@Test
	void nothingIsMadeBeforeSomebodyAsks() {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getSourceApplicationContext().getBeanFactory().containsSingleton("twistedReactor"))
				.isFalse();
		});
	}

	@Test
	void withoutTheLibraryThereIsNothing() {
		this.runner.withClassLoader(new FilteredClassLoader("dev.twisted.web"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("twistedAgent"));
	}

	@Test
	void withoutJacksonThereIsStillAnAgent() {
		this.runner.withClassLoader(new FilteredClassLoader("tools.jackson"))
			.run((context) -> assertThat(context).hasSingleBean(Agent.class).doesNotHaveBean(HTTPClient.class));
	}

	@Test
	void deadlinesAreThoseOfTheProperties() {
		this.runner.withPropertyValues("twisted.web.client.response-timeout=300ms")
			.run((context) -> assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> get(context, "/never"))
				.withMessageContaining("had no response within PT0.3S"));
	}

	@Test
	void aValueThatMakesNoSenseKeepsTheApplicationFromStarting() {
		for (String value : List.of("total-timeout=0s", "max-connections-per-host=0", "max-waiting=0",
				"connect-timeout=-1s", "max-response-size=0B", "ssl.handshake-timeout=0s",
				"cached-connection-timeout=0s")) {
			this.runner.withPropertyValues("twisted.web.client." + value)
				.run((context) -> assertThat(context).hasFailed()
					.getFailure()
					.rootCause()
					.hasMessageContaining("twisted.web.client." + value.substring(0, value.indexOf('='))));
		}
	}

	@Test
	void aBundleThatIsNotThereIsSaid() {
		this.runner.withPropertyValues("twisted.web.client.ssl.bundle=missing")
			.run((context) -> assertThatExceptionOfType(RuntimeException.class)
				.isThrownBy(() -> context.getBean(Agent.class))
				.withStackTraceContaining("'missing', which cannot be"));
	}

	@Test
	void requestsAreObservedAsThoseOfSpringsOwnClients() {
		this.runner.withUserConfiguration(Observed.class).run((context) -> {
			get(context, "/hello");
			SimpleMeterRegistry meters = context.getBean(SimpleMeterRegistry.class);
			assertThat(meters.get("http.client.requests")
				.tags("method", "GET", "uri", "none", "status", "200", "outcome", "SUCCESS", "exception", "none",
						"client.name", "127.0.0.1")
				.timer()
				.count()).isEqualTo(1);
			this.server.stop(0);
			assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> get(context, "/hello"));
			assertThat(meters.get("http.client.requests")
				.tags("status", "CLIENT_ERROR", "outcome", "UNKNOWN", "exception", "ConnectionRefusedException")
				.timer()
				.count()).isEqualTo(1);
		});
	}

	@Test
	void whatATraceSendsAlongIsSent() {
		this.runner.withUserConfiguration(Observed.class, Traced.class).run((context) -> {
			HTTPClient client = context.getBean(HTTPClient.class);
			String uri = "http://127.0.0.1:%d/trace".formatted(this.server.getAddress().getPort());
			assertThat(context.getBean(Reactor.class)
				.<String>blockingCallFromThread(
						() -> client.get(uri, new Headers().setRawHeader("X-Own", "1")).compose(HTTPResponse::text)))
				.isEqualTo("00-trace-of-GET-01 and 1");
		});
	}

	@Test
	void theConnectionsOfAPoolAreMetricsFromWhenItIsThere() {
		this.runner.withUserConfiguration(Observed.class).run((context) -> {
			SimpleMeterRegistry meters = context.getBean(SimpleMeterRegistry.class);
			assertThat(meters.find("twisted.web.client.connections.idle").gauge()).isNull();
			get(context, "/hello");
			Awaitility.await()
				.untilAsserted(() -> assertThat(meters.get("twisted.web.client.connections.idle")
					.tag("pool", "twistedConnectionPool")
					.gauge()
					.value()).isEqualTo(1));
			for (String what : new String[] { "active", "waiting" }) {
				assertThat(meters.get("twisted.web.client.connections." + what)
					.tag("pool", "twistedConnectionPool")
					.gauge()
					.value()).isZero();
			}
		});
	}

	@Test
	void withoutMicrometerThereIsStillAPool() {
		this.runner.withClassLoader(new FilteredClassLoader("io.micrometer"))
			.run((context) -> assertThat(get(context, "/hello").text()).isEqualTo("hello"));
	}

	@Test
	void aBundleThatIsReloadedServesTheNextConnection() throws Exception {
		X509Bundle root = new CertificateBuilder().subject("CN=root").setIsCertificateAuthority(true).buildSelfSigned();
		X509Bundle other = new CertificateBuilder().subject("CN=other")
			.setIsCertificateAuthority(true)
			.buildSelfSigned();
		X509Bundle certificate = new CertificateBuilder().subject("CN=server")
			.addSanIpAddress("127.0.0.1")
			.buildIssuedBy(root);
		HttpsServer secure = HttpsServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
		SSLContext tls = SSLContext.getInstance("TLS");
		tls.init(certificate.toKeyManagerFactory().getKeyManagers(), null, null);
		secure.setHttpsConfigurator(new HttpsConfigurator(tls));
		secure.createContext("/", (exchange) -> {
			exchange.sendResponseHeaders(204, -1);
			exchange.close();
		});
		secure.start();
		try {
			DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry("robot", trusting(other));
			this.runner.withBean(SslBundles.class, () -> bundles)
				.withPropertyValues("twisted.web.client.ssl.bundle=robot")
				.run((context) -> {
					HTTPClient client = context.getBean(HTTPClient.class);
					String uri = "https://127.0.0.1:%d/".formatted(secure.getAddress().getPort());
					Reactor reactor = context.getBean(Reactor.class);
					assertThatExceptionOfType(ResponseNeverReceived.class)
						.isThrownBy(() -> reactor.<HTTPResponse>blockingCallFromThread(() -> client.get(uri)));
					bundles.updateBundle("robot", trusting(root));
					assertThat(reactor.<HTTPResponse>blockingCallFromThread(() -> client.get(uri)).code())
						.isEqualTo(204);
				});
		}
		finally {
			secure.stop(0);
		}
	}

	private static SslBundle trusting(X509Bundle authority) throws Exception {
		return SslBundle.of(null, null, SslOptions.NONE, "TLS", SslManagerBundle.from(authority.toTrustManager()));
	}

	@Test
	void whoDefinesAnAgentOfAnyKindKeepsIt() {
		HTTPAgent own = (method, uri, headers, body) -> Deferred.fail(new IllegalStateException("own"));
		this.runner.withUserConfiguration(Observed.class).withBean(HTTPAgent.class, () -> own).run((context) -> {
			assertThat(context.getBean(HTTPAgent.class)).isSameAs(own);
			assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> get(context, "/hello"))
				.withMessage("own");
		});
	}

	@Test
	void anAgentAroundTheContextsOneIsWhatEverybodyGets() {
		this.runner.withUserConfiguration(Following.class)
			.run((context) -> assertThat(context.getBean(HTTPAgent.class)).isInstanceOf(RedirectAgent.class));
		this.runner.withUserConfiguration(Following.class, Observed.class).run((context) -> {
			assertThat(context.getBean(HTTPAgent.class)).isInstanceOf(RedirectAgent.class);
			assertThat(get(context, "/moved").text()).isEqualTo("hello");
			SimpleMeterRegistry meters = context.getBean(SimpleMeterRegistry.class);
			assertThat(meters.get("http.client.requests").tags("status", "302").timer().count()).isEqualTo(1);
			assertThat(meters.get("http.client.requests").tags("status", "200").timer().count()).isEqualTo(1);
		});
	}

	private Hello get(ApplicationContext context, String path) throws Exception {
		HTTPClient client = context.getBean(HTTPClient.class);
		String uri = "http://127.0.0.1:%d%s".formatted(this.server.getAddress().getPort(), path);
		Deferred<Hello> hello = client.get(uri).compose((HTTPResponse response) -> response.json(Hello.class));
		return context.getBean(Reactor.class).<Hello>blockingCallFromThread(() -> hello);
	}

	record Hello(String text) {

	}

	@Configuration(proxyBeanMethods = false)
	static class Following {

		@Bean
		HTTPAgent following(HTTPAgent agent) {
			return new RedirectAgent(agent);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Observed {

		@Bean
		MeterRegistry meterRegistry() {
			return new SimpleMeterRegistry();
		}

		@Bean
		ObservationRegistry observationRegistry(MeterRegistry meters) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(new DefaultMeterObservationHandler(meters));
			return registry;
		}

	}

	/**
	 * What a tracer does to a request.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Traced {

		@Bean
		ObservationHandler<SenderContext<Object>> tracer(ObservationRegistry registry) {
			ObservationHandler<SenderContext<Object>> tracer = new ObservationHandler<>() {

				@Override
				public void onStart(SenderContext<Object> context) {
					context.getSetter().set(context.getCarrier(), "traceparent", "00-trace-of-GET-01");
				}

				@Override
				public boolean supportsContext(Observation.Context context) {
					return context instanceof SenderContext;
				}

			};
			registry.observationConfig().observationHandler(tracer);
			return tracer;
		}

	}

}
