package dev.twisted.boot.autoconfigure.metrics;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.boot.autoconfigure.TwistedServersAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.protocols.LineReceiver;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration;
import org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

@Timeout(60)
class TwistedMetricsTests {

	private final ApplicationContextRunner bare = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(LifecycleAutoConfiguration.class, TwistedReactorAutoConfiguration.class,
					TwistedServersAutoConfiguration.class, TwistedMetricsAutoConfiguration.class));

	private final ApplicationContextRunner runner = this.bare
		.withConfiguration(
				AutoConfigurations.of(MetricsAutoConfiguration.class, CompositeMeterRegistryAutoConfiguration.class))
		.withBean(SimpleMeterRegistry.class)
		.withUserConfiguration(Echo.class, Datagrams.class)
		.withPropertyValues("twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1",
				"twisted.servers.echo.max-connections=1", "twisted.servers.udp.port=0",
				"twisted.servers.udp.address=127.0.0.1");

	@Test
	void connectionsAreCountedForTheReactorAndForTheirServer() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(gauge(registry, "twisted.reactor.connections")).isZero();
			int port = Integer.parseInt(context.getEnvironment().getProperty("local.twisted.echo.port", ""));
			try (Socket first = connect(port)) {
				Awaitility.await().until(() -> gauge(registry, "twisted.reactor.connections") == 1);
				assertThat(serverGauge(registry, "twisted.server.connections")).isEqualTo(1);
				assertThat(first.isConnected()).isTrue();
				try (Socket refused = connect(port)) {
					assertThat(refused.getInputStream().read()).isEqualTo(-1);
				}
				assertThat(registry.get("twisted.server.connections.refused").tag("server", "echo").functionCounter())
					.extracting(FunctionCounter::count)
					.isEqualTo(1.0);
			}
			Awaitility.await().until(() -> serverGauge(registry, "twisted.server.connections") == 0);
		});
	}

	@Test
	void connectionsThatAreTooSlowAreCounted() {
		this.runner.withPropertyValues("twisted.servers.echo.idle-timeout=100ms").run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			int port = Integer.parseInt(context.getEnvironment().getProperty("local.twisted.echo.port", ""));
			try (Socket silent = connect(port)) {
				assertThat(silent.getInputStream().read()).isEqualTo(-1);
			}
			assertThat(serverCounter(registry, "twisted.server.connections.timed.out")).isEqualTo(1);
		});
	}

	@Test
	void whatIsHeldUpIsCounted() {
		this.runner.withPropertyValues("twisted.servers.echo.read-limit=100B").run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			int port = Integer.parseInt(context.getEnvironment().getProperty("local.twisted.echo.port", ""));
			try (Socket fast = connect(port)) {
				fast.getOutputStream().write(new byte[110]);
				assertThat(fast.getInputStream().readNBytes(110)).hasSize(110);
				Awaitility.await().until(() -> serverCounter(registry, "twisted.server.throttled") == 1);
			}
		});
	}

	@Test
	void linesThatAreLongerThanTheServerAcceptsAreCounted() {
		this.bare
			.withConfiguration(AutoConfigurations.of(MetricsAutoConfiguration.class,
					CompositeMeterRegistryAutoConfiguration.class))
			.withBean(SimpleMeterRegistry.class)
			.withUserConfiguration(Lines.class)
			.withPropertyValues("twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1",
					"twisted.servers.echo.max-frame-length=3B")
			.run((context) -> {
				MeterRegistry registry = context.getBean(MeterRegistry.class);
				int port = Integer.parseInt(context.getEnvironment().getProperty("local.twisted.echo.port", ""));
				try (Socket socket = connect(port)) {
					socket.getOutputStream().write("abc\r\n".getBytes(StandardCharsets.US_ASCII));
					assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("abc\r\n");
					assertThat(serverCounter(registry, "twisted.server.frames.too.long")).isZero();
					socket.getOutputStream().write("abcd\r\n".getBytes(StandardCharsets.US_ASCII));
					assertThat(socket.getInputStream().read()).isEqualTo(-1);
				}
				assertThat(serverCounter(registry, "twisted.server.frames.too.long")).isEqualTo(1);
			});
	}

	@Test
	void connectionsThatDoNotBeginAsTheyHaveToAreCounted() {
		this.runner.withPropertyValues("twisted.servers.echo.proxy-protocol=true").run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			int port = Integer.parseInt(context.getEnvironment().getProperty("local.twisted.echo.port", ""));
			try (Socket socket = connect(port)) {
				socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
				Awaitility.await().until(() -> serverCounter(registry, "twisted.server.handshakes.failed") == 1);
			}
		});
	}

	@Test
	void onlyServersWithConnectionsHaveMetersAndTheirNameIsTheOnlyTag() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			assertThat(registry.getMeters().stream().map((meter) -> meter.getId()))
				.filteredOn((id) -> id.getName().startsWith("twisted."))
				.isNotEmpty()
				.allSatisfy((id) -> assertThat(id.getTags())
					.allSatisfy((tag) -> assertThat(tag.getKey() + "=" + tag.getValue()).isEqualTo("server=echo")))
				.allSatisfy((id) -> assertThat(id.getDescription()).isNotBlank());
		});
	}

	@Test
	void delayedCallsAndFailedCallbacksAreThoseOfTheReactor() {
		// However busy the machine is, nothing here is slow.
		this.runner.withPropertyValues("twisted.reactor.slow-callback-threshold=1h").run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			Reactor reactor = context.getBean(Reactor.class);
			reactor.callLater(Duration.ofHours(1), () -> {
			});
			assertThat(gauge(registry, "twisted.reactor.delayed.calls")).isEqualTo(1);
			reactor.callFromThread(() -> {
				throw new IllegalStateException("as expected");
			});
			Awaitility.await().until(() -> counter(registry, "twisted.reactor.callbacks.failed") == 1);
			assertThat(counter(registry, "twisted.reactor.callbacks.slow")).isZero();
			assertThat(counter(registry, "twisted.reactor.connections.aborted")).isZero();
		});
	}

	@Test
	void anUnhandledErrorIsCounted() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			double before = counter(registry, "twisted.deferred.unhandled");
			Deferred.fail(new IOException("as expected"));
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
				System.gc();
				return counter(registry, "twisted.deferred.unhandled") > before;
			});
		});
	}

	@Test
	void aServerThatWasStoppedAndStartedAgainIsSeenOnItsNewPort() {
		this.runner.run((context) -> {
			MeterRegistry registry = context.getBean(MeterRegistry.class);
			ConfigurableApplicationContext lifecycle = context.getSourceApplicationContext();
			lifecycle.stop();
			assertThat(serverGauge(registry, "twisted.server.connections")).isZero();
			lifecycle.start();
			int port = Integer.parseInt(context.getEnvironment().getProperty("local.twisted.echo.port", ""));
			try (Socket socket = connect(port)) {
				assertThat(socket.isConnected()).isTrue();
				Awaitility.await().until(() -> serverGauge(registry, "twisted.server.connections") == 1);
			}
		});
	}

	@Test
	void aRegistryThatIsBoundLateKnowsTheServersToo() {
		this.runner.run((context) -> {
			SimpleMeterRegistry late = new SimpleMeterRegistry();
			context.getBean(TwistedMetrics.class).bindTo(late);
			assertThat(serverGauge(late, "twisted.server.connections")).isZero();
		});
	}

	@Test
	void withoutAReactorEverythingIsZeroAndNoneIsMade() {
		this.bare.run((context) -> {
			SimpleMeterRegistry registry = new SimpleMeterRegistry();
			context.getBean(TwistedMetrics.class).bindTo(registry);
			assertThat(gauge(registry, "twisted.reactor.connections")).isZero();
			assertThat(context.getBean(dev.twisted.boot.TwistedRuntime.class).reactor()).isNull();
		});
	}

	@Test
	void withoutMicrometerThereAreNoMetrics() {
		this.bare.withClassLoader(new FilteredClassLoader(MeterBinder.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("twistedMetrics"));
	}

	private static Socket connect(int port) throws IOException {
		Socket socket = new Socket(InetAddress.getByName("127.0.0.1"), port);
		socket.setSoTimeout(30_000);
		return socket;
	}

	private static double gauge(MeterRegistry registry, String name) {
		return registry.get(name).gauge().value();
	}

	private static double serverGauge(MeterRegistry registry, String name) {
		return registry.get(name).tag("server", "echo").gauge().value();
	}

	private static double serverCounter(MeterRegistry registry, String name) {
		return registry.get(name).tag("server", "echo").functionCounter().count();
	}

	private static double counter(MeterRegistry registry, String name) {
		return registry.get(name).functionCounter().count();
	}

	@ProtocolHandler("echo")
	static class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

	@ProtocolHandler("echo")
	static class Lines extends LineReceiver {

		@Override
		protected void lineReceived(byte[] line) {
			sendLine(line);
		}

	}

	@ProtocolHandler("udp")
	static class Datagrams extends DatagramProtocol {

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
		}

	}

}
