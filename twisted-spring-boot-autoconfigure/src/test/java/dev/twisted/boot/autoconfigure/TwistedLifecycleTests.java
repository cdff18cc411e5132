package dev.twisted.boot.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.TwistedRuntime.State;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.availability.AvailabilityChangeEvent;
import org.springframework.boot.availability.ReadinessState;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

@ExtendWith(OutputCaptureExtension.class)
@Timeout(60)
class TwistedLifecycleTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class))
		.withUserConfiguration(Echo.class, Readiness.class)
		.withPropertyValues("twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1");

	@Test
	void thePortsCloseInThePhaseInWhichWebServersDrainAndTheReactorEndsAfterIt() {
		this.runner.run((context) -> {
			assertThat(context.getBean(TwistedGracefulShutdownLifecycle.class).getPhase())
				.isEqualTo(Integer.MAX_VALUE - 1024);
			assertThat(context.getBean(TwistedGracefulShutdownLifecycle.class).isPauseable()).isFalse();
			assertThat(lifecycle(context).getPhase()).isBetween(Integer.MAX_VALUE - 2048 + 1,
					Integer.MAX_VALUE - 1024 - 1);
			assertThat(lifecycle(context).isPauseable()).isFalse();
			assertThat(lifecycle(context).isAutoStartup()).isTrue();
		});
	}

	@Test
	void aContextCanBeStoppedAndStartedAgain() {
		this.runner.run((context) -> {
			for (int i = 0; i < 3; i++) {
				context.stop();
				assertThat(runtime(context).state()).isEqualTo(State.STOPPED);
				assertThat(runtime(context).servers()).isEmpty();
				context.start();
				assertThat(runtime(context).state()).isEqualTo(State.RUNNING);
				assertThat(TwistedServersAutoConfigurationTests.ask(port(context), "again " + i))
					.isEqualTo("again " + i);
			}
		});
	}

	@Test
	void trafficIsRefusedBeforeTheServersStopAndTakenAgainAfterARestart() {
		this.runner.run((context) -> {
			Readiness readiness = context.getBean(Readiness.class);
			assertThat(readiness.seen).isEmpty();
			context.stop();
			assertThat(readiness.seen).containsExactly(ReadinessState.REFUSING_TRAFFIC);
			assertThat(readiness.listeningWhenRefused).isTrue();
			context.start();
			assertThat(readiness.seen).containsExactly(ReadinessState.REFUSING_TRAFFIC,
					ReadinessState.ACCEPTING_TRAFFIC);
		});
	}

	@Test
	void aStopReturnsAtOnceAndCallsBackWhenAllIsDone() {
		this.runner.run((context) -> {
			Reactor reactor = reactor(context);
			Deferred<@Nullable Void> job = new Deferred<>();
			reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> job);
			CountDownLatch first = new CountDownLatch(1);
			CountDownLatch second = new CountDownLatch(1);
			lifecycle(context).stop(first::countDown);
			lifecycle(context).stop(second::countDown);
			assertThat(runtime(context).state()).isEqualTo(State.DRAINING);
			assertThat(lifecycle(context).isRunning()).isTrue();
			assertThat(first.getCount()).isEqualTo(1);
			reactor.callFromThread(() -> job.callback(null));
			assertThat(first.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(second.await(30, TimeUnit.SECONDS)).isTrue();
			assertThat(lifecycle(context).isRunning()).isFalse();
		});
	}

	@Test
	void whileTheServersDrainNoConnectionIsTakenAndThoseThereAreStillServed() {
		this.runner.run((context) -> {
			int port = port(context);
			Deferred<@Nullable Void> job = new Deferred<>();
			Reactor reactor = reactor(context);
			reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> job);
			try (Socket socket = TwistedServersAutoConfigurationTests.connect(port)) {
				echo(socket);
				CountDownLatch stopped = new CountDownLatch(1);
				lifecycle(context).stop(stopped::countDown);
				await().atMost(Duration.ofSeconds(30))
					.untilAsserted(() -> assertThatIOException()
						.isThrownBy(() -> TwistedServersAutoConfigurationTests.connect(port).close()));
				echo(socket);
				reactor.callFromThread(() -> job.callback(null));
				assertThat(socket.getInputStream().read()).isEqualTo(-1);
				assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
			}
		});
	}

	@Test
	void aConnectionThatDoesNotTakeWhatItIsOwedIsAbortedWithThePhase(CapturedOutput output) {
		this.runner.withUserConfiguration(Flood.class)
			.withPropertyValues("spring.lifecycle.timeout-per-shutdown-phase=1s", "twisted.servers.flood.port=0",
					"twisted.servers.flood.address=127.0.0.1")
			.run((context) -> {
				int port = TwistedServersAutoConfigurationTests.port(context.getEnvironment(), "flood");
				try (Socket socket = TwistedServersAutoConfigurationTests.connect(port)) {
					assertThat(socket.getInputStream().read()).isZero();
					context.getSourceApplicationContext().close();
				}
			});
		assertThat(output).contains("Connections open before: 1, aborted: 1");
	}

	@Test
	void theOutcomeOfAStopIsLoggedOnce(CapturedOutput output) {
		this.runner.run((context) -> {
			try (Socket socket = TwistedServersAutoConfigurationTests.connect(port(context))) {
				echo(socket);
				context.stop();
			}
		});
		assertThat(output.getOut().lines().filter((line) -> line.contains("Twisted servers stopped"))).singleElement()
			.asString()
			.contains("Connections open before: 1, aborted: 0");
	}

	@Test
	void aThreadKeepsTheProcessAliveWhileServersListen() {
		this.runner.run((context) -> {
			assertThat(keepAlive()).isTrue();
			context.stop();
			await().atMost(Duration.ofSeconds(30)).until(() -> !keepAlive());
		});
	}

	@Test
	void anApplicationThatStopsTheReactorItselfIsNotKeptAlive() {
		this.runner.run((context) -> {
			CompletableFuture<Boolean> ended = new CompletableFuture<>();
			reactor(context).stop().addBoth((result, failure) -> ended.complete(true));
			assertThat(ended.get(30, TimeUnit.SECONDS)).isTrue();
			await().atMost(Duration.ofSeconds(30)).until(() -> !keepAlive());
			context.stop();
			assertThat(runtime(context).state()).isEqualTo(State.STOPPED);
		});
	}

	@Test
	void aContextThatStopsWhileTheApplicationStopsTheReactorWaitsForItsEnd() {
		this.runner.run((context) -> {
			Reactor reactor = reactor(context);
			Deferred<@Nullable Void> job = new Deferred<>();
			reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> job);
			reactor.stop();
			CountDownLatch stopped = new CountDownLatch(1);
			lifecycle(context).stop(stopped::countDown);
			assertThat(stopped.getCount()).isEqualTo(1);
			reactor.callFromThread(() -> job.callback(null));
			assertThat(stopped.await(30, TimeUnit.SECONDS)).isTrue();
		});
	}

	@Test
	void aContextThatDoesNotStartClosesWhatItsBeansHaveOpened() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(TwistedReactorAutoConfiguration.class))
			.withBean("opener", Opener.class)
			.withBean("failing", Object.class, () -> {
				throw new IllegalStateException("expected by the test");
			})
			.run((context) -> assertThat(context).hasFailed());
		assertThat(Opener.opened.listening()).isFalse();
	}

	@Test
	void aContextThatIsClosedOnTheReactorsThreadDoesNotWaitForItself(CapturedOutput output) {
		this.runner.run((context) -> {
			Reactor reactor = reactor(context);
			CompletableFuture<Boolean> closed = new CompletableFuture<>();
			reactor.callFromThread(() -> {
				context.getSourceApplicationContext().close();
				closed.complete(true);
			});
			assertThat(closed.get(5, TimeUnit.SECONDS)).isTrue();
			await().atMost(Duration.ofSeconds(30)).until(() -> !reactor.running());
		});
		assertThat(output).contains("callInThread(context::close)");
	}

	private static boolean keepAlive() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> thread.getName().equals("twisted-listening") && !thread.isDaemon());
	}

	private static void echo(Socket socket) throws IOException {
		socket.getOutputStream().write('x');
		assertThat(socket.getInputStream().read()).isEqualTo('x');
	}

	private static int port(ConfigurableApplicationContext context) {
		return TwistedServersAutoConfigurationTests.port(context.getEnvironment(), "echo");
	}

	private static TwistedRuntime runtime(ConfigurableApplicationContext context) {
		return context.getBean(TwistedRuntime.class);
	}

	private static TwistedLifecycle lifecycle(ConfigurableApplicationContext context) {
		return context.getBean(TwistedLifecycle.class);
	}

	private static Reactor reactor(ConfigurableApplicationContext context) {
		return context.getBean(Reactor.class);
	}

	@ProtocolHandler("echo")
	static class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

	@ProtocolHandler("flood")
	static class Flood extends Protocol {

		@Override
		protected void connectionMade() {
			transport().write(new byte[64 * 1024 * 1024]);
		}

	}

	static class Readiness implements ApplicationListener<AvailabilityChangeEvent<ReadinessState>> {

		private final List<ReadinessState> seen = new CopyOnWriteArrayList<>();

		private final TwistedRuntime runtime;

		private volatile boolean listeningWhenRefused;

		Readiness(TwistedRuntime runtime) {
			this.runtime = runtime;
		}

		@Override
		public void onApplicationEvent(AvailabilityChangeEvent<ReadinessState> event) {
			this.seen.add(event.getState());
			if (event.getState() == ReadinessState.REFUSING_TRAFFIC) {
				this.listeningWhenRefused = this.runtime.servers().get(0).port().listening();
			}
		}

	}

	static final class Opener {

		private static ListeningPort opened;

		Opener(Reactor reactor) {
			opened = reactor.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(TwistedServersAutoConfigurationTests.Echo::new), 5);
		}

	}

}
