package dev.twisted.internet.netty;

import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.NotInReactorThreadException;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorAlreadyRunningException;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import dev.twisted.internet.ReactorNotRunningException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EveryTransport
class ReactorLifeTests {

	private final EventLoopModel model;

	private final List<String> order = new CopyOnWriteArrayList<>();

	private Reactor reactor;

	ReactorLifeTests(EventLoopModel model) {
		this.model = model;
	}

	@BeforeEach
	void build() {
		this.reactor = build(Duration.ofSeconds(10));
	}

	private Reactor build(Duration shutdownTimeout) {
		return new ReactorBuilder().eventLoopModel(this.model).name("life").shutdownTimeout(shutdownTimeout).build();
	}

	@AfterEach
	void stopIfRunning() throws Exception {
		if (this.reactor.running()) {
			stop();
		}
	}

	// Running

	@Test
	void runReturnsWhenTheReactorHasStopped() throws Exception {
		this.reactor.callWhenRunning(() -> {
			this.order.add("running");
			this.reactor.callLater(Duration.ofMillis(1), this.reactor::stop);
		});
		onEvent(Phase.AFTER, SystemEvent.SHUTDOWN, "after shutdown");
		CompletableFuture<Boolean> running = new CompletableFuture<>();
		Thread main = new Thread(() -> {
			this.reactor.run();
			running.complete(this.reactor.running());
		});
		main.start();
		assertThat(running.get(10, TimeUnit.SECONDS)).isFalse();
		assertThat(this.order).containsExactly("running", "after shutdown");
		main.join();
	}

	@Test
	void runInsideRunFails() throws Exception {
		CompletableFuture<Object> thrown = new CompletableFuture<>();
		this.reactor.callWhenRunning(() -> {
			try {
				this.reactor.run();
				thrown.complete("nothing");
			}
			catch (ReactorAlreadyRunningException ex) {
				thrown.complete("already running");
			}
		});
		this.reactor.start();
		assertThat(thrown.get(10, TimeUnit.SECONDS)).isEqualTo("already running");
	}

	@Test
	void startingTwiceFails() {
		this.reactor.start();
		assertThatExceptionOfType(ReactorAlreadyRunningException.class).isThrownBy(this.reactor::start)
			.withMessageContaining("running");
		assertThatExceptionOfType(ReactorAlreadyRunningException.class).isThrownBy(this.reactor::run);
	}

	@Test
	void stoppingAReactorThatDoesNotRunFails() {
		assertThatExceptionOfType(ReactorNotRunningException.class).isThrownBy(this.reactor::stop)
			.withMessageContaining("not running");
	}

	@Test
	void stoppingTwiceFails() {
		Deferred<String> held = new Deferred<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> held);
		this.reactor.start();
		Deferred<?> stopped = this.reactor.stop();
		assertThatExceptionOfType(ReactorNotRunningException.class).isThrownBy(this.reactor::stop)
			.withMessageContaining("already");
		assertThatExceptionOfType(ReactorAlreadyRunningException.class).isThrownBy(this.reactor::start)
			.withMessageContaining("still stopping");
		held.callback("done");
		await(stopped);
	}

	@Test
	void theReactorRunsFromTheStartupEventUntilTheShutdownEventIsOver() throws Exception {
		assertThat(this.reactor.running()).isFalse();
		for (SystemEvent event : new SystemEvent[] { SystemEvent.STARTUP, SystemEvent.SHUTDOWN }) {
			for (Phase phase : Phase.values()) {
				this.reactor.addSystemEventTrigger(phase, event,
						() -> this.order.add(phase + " " + event + " " + this.reactor.running()));
			}
		}
		this.reactor.start();
		stop();
		assertThat(this.order).containsExactly("BEFORE STARTUP true", "DURING STARTUP true", "AFTER STARTUP true",
				"BEFORE SHUTDOWN true", "DURING SHUTDOWN true", "AFTER SHUTDOWN true");
		assertThat(this.reactor.running()).isFalse();
	}

	@Test
	void noThreadIsLeftAfterAStop() throws Exception {
		this.reactor.start();
		CompletableFuture<Object> worked = new CompletableFuture<>();
		this.reactor.deferToThread(() -> "done").addCallback(worked::complete);
		worked.get(10, TimeUnit.SECONDS);
		assertThat(LiveThreads.of("life")).isNotEmpty();
		stop();
		Awaitility.await().untilAsserted(() -> assertThat(LiveThreads.of("life")).isEmpty());
	}

	@Test
	void theDeferredOfAStopFiresWhenTheReactorsThreadHasEnded() {
		this.reactor.start();
		AtomicReference<Thread> loop = new AtomicReference<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> loop.set(Thread.currentThread()));
		CompletableFuture<String> seen = new CompletableFuture<>();
		this.reactor.stop()
			.addCallback((nothing) -> seen
				.complete("in reactor " + this.reactor.inReactorThread() + ", running " + this.reactor.running()));
		assertThat(seen.orTimeout(20, TimeUnit.SECONDS).join()).isEqualTo("in reactor false, running false");
		Awaitility.await().until(() -> !loop.get().isAlive());
	}

	// callWhenRunning

	@Test
	void callWhenRunningBeforeTheStartIsMadeAfterTheStartupEvent() throws Exception {
		this.reactor.callWhenRunning(() -> this.order.add("call"));
		onEvent(Phase.BEFORE, SystemEvent.STARTUP, "before");
		onEvent(Phase.DURING, SystemEvent.STARTUP, "during");
		this.reactor.start();
		onLoop(() -> {
		});
		assertThat(this.order).containsExactly("before", "during", "call");
	}

	@Test
	void callWhenRunningOnTheReactorsThreadIsMadeNow() throws Exception {
		this.reactor.start();
		onLoop(() -> {
			this.reactor.callWhenRunning(() -> this.order.add("call"));
			this.order.add("returned");
		});
		assertThat(this.order).containsExactly("call", "returned");
	}

	@Test
	void callWhenRunningFromElsewhereIsMadeOnTheReactorsThread() throws Exception {
		this.reactor.start();
		CompletableFuture<Boolean> inReactor = new CompletableFuture<>();
		this.reactor.callWhenRunning(() -> inReactor.complete(this.reactor.inReactorThread()));
		assertThat(inReactor.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void callWhenRunningWhileAStopWaitsIsMadeNow() {
		Deferred<String> held = new Deferred<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> {
			this.reactor.callWhenRunning(() -> this.order.add("call"));
			this.order.add("trigger");
			return held;
		});
		this.reactor.start();
		Deferred<?> stopped = this.reactor.stop();
		held.callback("done");
		await(stopped);
		assertThat(this.order).containsExactly("call", "trigger");
	}

	@Test
	void callWhenRunningIsMadeOnceAlsoIfTheReactorStartsAgain() throws Exception {
		this.reactor.callWhenRunning(() -> this.order.add("call"));
		this.reactor.start();
		stop();
		this.reactor.start();
		stop();
		assertThat(this.order).containsExactly("call");
	}

	@Test
	void callWhenRunningThatFailsIsCounted() throws Exception {
		this.reactor.callWhenRunning(() -> {
			throw new IllegalStateException("expected by the test");
		});
		this.reactor.callWhenRunning(() -> this.order.add("call"));
		this.reactor.start();
		onLoop(() -> {
		});
		assertThat(this.order).containsExactly("call");
		assertThat(this.reactor.statistics().callbackErrors()).isOne();
	}

	// Before the start and after a stop

	@Test
	void whatWasAskedOfAReactorBeforeItsStartIsDoneAfterTheStartupEvent() throws Exception {
		this.reactor.callLater(Duration.ZERO, () -> this.order.add("timer"));
		this.reactor.callFromThread(() -> this.order.add("call"));
		onEvent(Phase.AFTER, SystemEvent.STARTUP, "startup");
		this.reactor.start();
		Awaitility.await().untilAsserted(() -> assertThat(this.order).containsExactly("startup", "call", "timer"));
	}

	@Test
	void aPortOpenedBeforeTheStartTakesConnectionsAfterIt() throws Exception {
		ListeningPort port = this.reactor.listenTCP(loopback(0), Factory.forProtocol(Greeter::new), 50);
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			this.reactor.start();
			assertThat(read(socket)).isEqualTo("hello");
		}
		stop();
	}

	@Test
	void aReactorRunsAgainAfterAStop() throws Exception {
		for (int life = 0; life < 3; life++) {
			this.reactor.start();
			int port = onLoop(() -> this.reactor.listenTCP(loopback(0), Factory.forProtocol(Greeter::new), 50))
				.getHost()
				.port();
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
				assertThat(read(socket)).isEqualTo("hello");
			}
			CompletableFuture<Object> worked = new CompletableFuture<>();
			this.reactor.deferToThread(() -> "worked").addCallback(worked::complete);
			assertThat(worked.get(10, TimeUnit.SECONDS)).isEqualTo("worked");
			stop();
		}
	}

	@Test
	void aReactorMayBeStartedFromTheDeferredOfItsStop() throws Exception {
		this.reactor.start();
		CompletableFuture<Object> restarted = new CompletableFuture<>();
		this.reactor.stop().addCallback((nothing) -> {
			this.reactor.start();
			return restarted.complete("started");
		});
		restarted.get(20, TimeUnit.SECONDS);
		assertThat(onLoop(() -> "runs")).isEqualTo("runs");
	}

	@Test
	void timersAndCallsFromThreadsOutliveAStop() throws Exception {
		this.reactor.start();
		this.reactor.callLater(Duration.ofMillis(1), () -> this.order.add("made before"));
		Awaitility.await().until(() -> !this.order.isEmpty());
		this.reactor.addSystemEventTrigger(Phase.AFTER, SystemEvent.SHUTDOWN,
				() -> this.reactor.callLater(Duration.ZERO, () -> this.order.add("timer")));
		stop();
		this.reactor.callFromThread(() -> this.order.add("call"));
		assertThat(this.reactor.getDelayedCalls()).hasSize(1);
		assertThat(this.order).containsExactly("made before");
		this.reactor.start();
		Awaitility.await().untilAsserted(() -> assertThat(this.order).containsExactly("made before", "call", "timer"));
	}

	@Test
	void aTimerDueDuringTheStopIsMadeInTheNextLife() throws Exception {
		this.reactor.start();
		this.reactor.addSystemEventTrigger(Phase.AFTER, SystemEvent.SHUTDOWN, () -> {
			this.reactor.callFromThread(() -> this.order.add("last call"));
			this.reactor.callLater(Duration.ZERO, () -> this.order.add("timer"));
		});
		stop();
		assertThat(this.order).containsExactly("last call");
		this.reactor.start();
		Awaitility.await().untilAsserted(() -> assertThat(this.order).containsExactly("last call", "timer"));
	}

	@Test
	void whatBelongsToTheReactorsThreadFailsElsewhereAndNamesCallFromThread() {
		this.reactor.start();
		Factory factory = Factory.forProtocol(Greeter::new);
		List<Runnable> calls = new ArrayList<>();
		calls.add(() -> this.reactor.listenTCP(loopback(0), factory, 5));
		calls.add(() -> this.reactor.connectTCP("127.0.0.1", 1, ClientFactory.forProtocol(Greeter::new)));
		calls.add(() -> this.reactor.listenUDP(0, new DatagramProtocol() {
		}));
		calls.add(() -> this.reactor.listenMulticast(loopback(0), new DatagramProtocol() {
		}, 100, false));
		calls.add(() -> this.reactor.fireSystemEvent(SystemEvent.PERSIST));
		for (Runnable call : calls) {
			assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(call::run)
				.withMessageContaining("callFromThread");
		}
	}

	// Stopping

	@Test
	void theTriggersOfAStopRunInTheirOrderAndWaitForTheirDeferreds() {
		Deferred<String> held = new Deferred<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> {
			this.order.add("before");
			this.reactor.callLater(Duration.ofMillis(5), () -> {
				this.order.add("timer");
				held.callback("done");
			});
			return held;
		});
		onEvent(Phase.DURING, SystemEvent.SHUTDOWN, "during");
		onEvent(Phase.AFTER, SystemEvent.SHUTDOWN, "after");
		this.reactor.start();
		await(this.reactor.stop());
		assertThat(this.order).containsExactly("before", "timer", "during", "after");
	}

	@Test
	void aTriggerOfAStopThatFailsDoesNotKeepTheReactorFromStopping() {
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> {
			throw new IllegalStateException("expected by the test");
		});
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN,
				() -> Deferred.fail(new IllegalStateException("expected by the test")));
		this.reactor.addSystemEventTrigger(Phase.AFTER, SystemEvent.SHUTDOWN, () -> {
			throw new AssertionError("expected by the test");
		});
		this.reactor.start();
		await(this.reactor.stop());
		assertThat(this.reactor.statistics().callbackErrors()).isEqualTo(3);
	}

	@Test
	void aBeforeTriggerThatNeverFiresIsWaitedForNoLongerThanTheShutdownTimeout() {
		this.reactor = build(Duration.ofMillis(200));
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> new Deferred<>());
		onEvent(Phase.DURING, SystemEvent.SHUTDOWN, "during");
		onEvent(Phase.AFTER, SystemEvent.SHUTDOWN, "after");
		this.reactor.start();
		long begun = System.nanoTime();
		await(this.reactor.stop());
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThanOrEqualTo(Duration.ofMillis(150));
		assertThat(this.order).containsExactly("during", "after");
	}

	@Test
	void aBeforeTriggerThatNeverFiresDoesNotCostConnectionsWhatTheyAreOwed() throws Exception {
		byte[] owed = new byte[8 * 1024 * 1024];
		Recorder protocol = new Recorder() {
			@Override
			protected void connectionMade() {
				transport().write(owed);
			}
		};
		this.reactor = build(Duration.ofSeconds(4));
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> new Deferred<>());
		this.reactor.start();
		int port = onLoop(() -> this.reactor.listenTCP(loopback(0), Factory.forProtocol(() -> protocol), 50)).getHost()
			.port();
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			Awaitility.await().until(protocol::connected);
			Deferred<?> stopped = this.reactor.stop();
			assertThat(socket.getInputStream().readAllBytes()).hasSize(owed.length);
			socket.close();
			await(stopped);
		}
		assertThat(protocol.reason.value()).isInstanceOf(ConnectionDone.class);
		assertThat(this.reactor.statistics().abortedAtShutdown()).isZero();
	}

	@Test
	void aTriggersDeferredFiredOnAnotherThreadStillStopsOnTheReactorsThread() {
		Deferred<String> held = new Deferred<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> held);
		this.reactor.addSystemEventTrigger(Phase.DURING, SystemEvent.SHUTDOWN,
				() -> this.order.add("reactor's thread: " + this.reactor.inReactorThread()));
		this.reactor.start();
		Deferred<?> stopped = this.reactor.stop();
		held.callback("done");
		await(stopped);
		assertThat(this.order).containsExactly("reactor's thread: true");
	}

	@Test
	void noConnectionIsAcceptedWhileTheBeforeTriggersAreWaitedFor() throws Exception {
		this.reactor.start();
		int port = onLoop(() -> this.reactor.listenTCP(loopback(0), Factory.forProtocol(Greeter::new), 50)).getHost()
			.port();
		Deferred<String> held = new Deferred<>();
		CompletableFuture<String> waiting = new CompletableFuture<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> {
			waiting.complete("waiting");
			return held;
		});
		Deferred<?> stopped = this.reactor.stop();
		waiting.get(10, TimeUnit.SECONDS);
		assertThatExceptionOfType(ConnectException.class)
			.isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close());
		held.callback("done");
		await(stopped);
	}

	@Test
	void aConnectionSendsWhatItOwesBeforeItIsClosed() throws Exception {
		byte[] owed = new byte[8 * 1024 * 1024];
		Recorder protocol = new Recorder() {
			@Override
			protected void connectionMade() {
				transport().write(owed);
			}
		};
		this.reactor.start();
		int port = onLoop(() -> this.reactor.listenTCP(loopback(0), Factory.forProtocol(() -> protocol), 50)).getHost()
			.port();
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			assertThat(socket.getInputStream().read()).isZero();
			Deferred<?> stopped = this.reactor.stop();
			assertThat(socket.getInputStream().readAllBytes()).hasSize(owed.length - 1);
			socket.close();
			await(stopped);
		}
		assertThat(protocol.losses()).isOne();
		assertThat(protocol.reason.value()).isInstanceOf(ConnectionDone.class);
		assertThat(this.reactor.statistics().abortedAtShutdown()).isZero();
	}

	@Test
	void aConnectionWhosePeerDoesNotTakeWhatItIsOwedIsAbortedAndCounted() throws Exception {
		this.reactor = build(Duration.ofMillis(300));
		Recorder protocol = new Recorder() {
			@Override
			protected void connectionMade() {
				this.events.add("made");
				transport().write(new byte[32 * 1024 * 1024]);
			}
		};
		this.reactor.start();
		int port = onLoop(() -> this.reactor.listenTCP(loopback(0), Factory.forProtocol(() -> protocol), 50)).getHost()
			.port();
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			assertThat(socket.getInputStream().read()).isZero();
			onEvent(Phase.DURING, SystemEvent.SHUTDOWN, "during");
			await(this.reactor.stop());
		}
		assertThat(protocol.events).containsExactly("made", "lost");
		assertThat(protocol.reason.value()).isInstanceOf(ConnectionAborted.class);
		assertThat(this.reactor.statistics().abortedAtShutdown()).isOne();
		assertThat(this.reactor.statistics().connections()).isZero();
		assertThat(this.order).containsExactly("during");
	}

	@Test
	void connectionsAreToldOfTheirEndBeforeTheDuringTriggers() throws Exception {
		Recorder protocol = new Recorder() {
			@Override
			protected void connectionLost(dev.twisted.defer.Failure reason) {
				ReactorLifeTests.this.order.add("lost");
			}

			@Override
			protected void connectionMade() {
				write("hello");
			}
		};
		onEvent(Phase.BEFORE, SystemEvent.SHUTDOWN, "before");
		onEvent(Phase.DURING, SystemEvent.SHUTDOWN, "during");
		this.reactor.start();
		int port = onLoop(() -> this.reactor.listenTCP(loopback(0), Factory.forProtocol(() -> protocol), 50)).getHost()
			.port();
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
			assertThat(socket.getInputStream().readNBytes(5)).hasSize(5);
			Deferred<?> stopped = this.reactor.stop();
			assertThat(socket.getInputStream().read()).isEqualTo(-1);
			socket.close();
			await(stopped);
		}
		assertThat(this.order).containsExactly("before", "lost", "during");
	}

	@Test
	void whatABeforeTriggerOpensIsClosedAsWell() throws Exception {
		this.reactor = build(Duration.ofSeconds(10));
		List<ListeningPort> opened = new CopyOnWriteArrayList<>();
		// Nobody answers there within the time of this test: the backlog is full.
		try (java.net.ServerSocket silent = new java.net.ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			List<Socket> filling = fill(silent);
			this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> {
				opened.add(this.reactor.listenTCP(loopback(0), Factory.forProtocol(Greeter::new), 5));
				this.reactor.connectTCP("127.0.0.1", silent.getLocalPort(), new ClientFactory() {
					@Override
					public Protocol buildProtocol(Address address) {
						return new Greeter();
					}

					@Override
					public void clientConnectionFailed(dev.twisted.internet.Connector connector,
							dev.twisted.defer.Failure reason) {
						ReactorLifeTests.this.order.add("failed");
					}
				});
			});
			onEvent(Phase.DURING, SystemEvent.SHUTDOWN, "during");
			this.reactor.start();
			await(this.reactor.stop());
			for (Socket socket : filling) {
				socket.close();
			}
		}
		assertThat(opened).singleElement().satisfies((port) -> assertThat(port.listening()).isFalse());
		assertThat(this.order).containsExactly("failed", "during");
	}

	private static List<Socket> fill(java.net.ServerSocket server) throws Exception {
		List<Socket> sockets = new ArrayList<>();
		for (int i = 0; i < 16; i++) {
			Socket socket = new Socket();
			try {
				socket.connect(server.getLocalSocketAddress(), 100);
				sockets.add(socket);
			}
			catch (java.net.SocketTimeoutException ex) {
				socket.close();
				return sockets;
			}
		}
		throw new IllegalStateException("The backlog cannot be filled");
	}

	@Test
	void datagramsMayStillBeSentByABeforeTrigger() throws Exception {
		try (java.net.DatagramSocket receiver = new java.net.DatagramSocket(loopback(0))) {
			receiver.setSoTimeout(10_000);
			DatagramProtocol protocol = new DatagramProtocol() {
				@Override
				protected void stopProtocol() {
					ReactorLifeTests.this.order.add("stopped");
				}
			};
			this.reactor.start();
			onLoop(() -> this.reactor.listenUDP(loopback(0), protocol, 100));
			this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN,
					() -> protocol.transport()
						.write("bye".getBytes(StandardCharsets.US_ASCII),
								(InetSocketAddress) receiver.getLocalSocketAddress()));
			onEvent(Phase.DURING, SystemEvent.SHUTDOWN, "during");
			await(this.reactor.stop());
			java.net.DatagramPacket packet = new java.net.DatagramPacket(new byte[10], 10);
			receiver.receive(packet);
			assertThat(packet.getLength()).isEqualTo(3);
			assertThat(this.order).containsExactly("stopped", "during");
		}
	}

	@Test
	void aTerminatedProcessStopsItsReactorFirst() throws Exception {
		Process process = new ProcessBuilder(ProcessHandle.current().info().command().orElseThrow(), "-cp",
				System.getProperty("java.class.path"), TerminatedProgram.class.getName(), this.model.name())
			.redirectError(ProcessBuilder.Redirect.DISCARD)
			.start();
		try {
			InputStream output = process.getInputStream();
			assertThat(new String(output.readNBytes(8), StandardCharsets.US_ASCII)).isEqualTo("running\n");
			// The process's own destroy() would close the stream as well.
			process.toHandle().destroy();
			assertThat(new String(output.readAllBytes(), StandardCharsets.US_ASCII))
				.isEqualTo("before shutdown\nafter shutdown\n");
			assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
			// The status of a process that SIGTERM has ended.
			assertThat(process.exitValue()).isEqualTo(143);
		}
		finally {
			process.destroyForcibly();
		}
	}

	private void onEvent(Phase phase, SystemEvent event, String name) {
		this.reactor.addSystemEventTrigger(phase, event, () -> this.order.add(name));
	}

	private <T> T onLoop(java.util.concurrent.Callable<T> call) throws Exception {
		return this.reactor.blockingCallFromThread(call);
	}

	private void onLoop(dev.twisted.defer.Action action) throws Exception {
		this.reactor.blockingCallFromThread(() -> {
			action.run();
			return "done";
		});
	}

	private void stop() {
		await(this.reactor.stop());
	}

	private static void await(Deferred<?> deferred) {
		CompletableFuture<Object> fired = new CompletableFuture<>();
		deferred.addBoth((result, failure) -> fired.complete("fired"));
		fired.orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static InetSocketAddress loopback(int port) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

	private static String read(Socket socket) throws Exception {
		socket.setSoTimeout(10_000);
		return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
	}

	/** Says hello and goodbye. */
	static final class Greeter extends Protocol {

		@Override
		protected void connectionMade() {
			transport().write("hello".getBytes(StandardCharsets.US_ASCII));
			transport().loseConnection();
		}

	}

	/** A program that runs until it is told to end. */
	static final class TerminatedProgram {

		public static void main(String[] arguments) {
			Reactor reactor = new ReactorBuilder().eventLoopModel(EventLoopModel.valueOf(arguments[0])).build();
			reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> say("before shutdown"));
			reactor.addSystemEventTrigger(Phase.AFTER, SystemEvent.SHUTDOWN, () -> say("after shutdown"));
			// By then the process minds its signals: run() has seen to that.
			reactor.callLater(Duration.ofMillis(200), () -> say("running"));
			reactor.run();
		}

		private static void say(String what) {
			System.out.print(what + "\n");
			System.out.flush();
		}

	}

}
