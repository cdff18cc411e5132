package dev.twisted.internet.netty;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.PushProducer;
import dev.twisted.internet.Reactor;
import dev.twisted.task.Cooperator;
import dev.twisted.task.LoopingCall;
import io.micrometer.context.ContextRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for the context that follows connections, timers and calls, through real sockets.
 */
@EveryTransport
class CallContextTests {

	private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

	private final Queue<String> seen = new ConcurrentLinkedQueue<>();

	private final AtomicInteger accepted = new AtomicInteger();

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final Logger logger = (Logger) LoggerFactory.getLogger(Reactor.class);

	@RegisterExtension
	private final RunningReactor running;

	CallContextTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@BeforeAll
	static void registerTenant() {
		ContextRegistry.getInstance().registerThreadLocalAccessor("twisted.test.tenant", TENANT);
	}

	@AfterAll
	static void removeTenant() {
		ContextRegistry.getInstance().removeThreadLocalAccessor("twisted.test.tenant");
	}

	@BeforeEach
	void listenToTheLog() {
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void theReactorsThreadIsClean() {
		this.logger.detachAppender(this.log);
		if (this.running.get().running()) {
			assertThat(this.running.call(CallContextTests::here)).isEqualTo("- -");
		}
		MDC.clear();
		TENANT.remove();
	}

	@Test
	void whatAConnectionSetsIsThereInItsLaterCallbacksAndNotInItsNeighbours() throws Exception {
		ListeningPort port = listen(Naming::new);
		try (Peer first = new Peer(port); Peer second = new Peer(port)) {
			assertThat(first.ask("?")).isEqualTo("1 1");
			assertThat(second.ask("?")).isEqualTo("2 2");
			assertThat(first.ask("+")).isEqualTo("1+ 1+");
			assertThat(second.ask("?")).isEqualTo("2 2");
			assertThat(first.ask("?")).isEqualTo("1+ 1+");
		}
		awaitSeen("lost 1+ 1+", "lost 2 2");
		close(port);
	}

	@Test
	void whatAConnectionTakesAwayIsGone() throws Exception {
		ListeningPort port = listen(Naming::new);
		try (Peer peer = new Peer(port)) {
			assertThat(peer.ask("-")).isEqualTo("- -");
			assertThat(peer.ask("?")).isEqualTo("- -");
		}
		awaitSeen("lost - -");
		close(port);
	}

	@Test
	void timersHaveTheContextOfWhoStartedThemAsItWasThen() throws Exception {
		ListeningPort port = listen(() -> new Naming() {

			@Override
			String answer(String question) {
				Reactor reactor = CallContextTests.this.running.get();
				reactor.callLater(Duration.ZERO, () -> {
					transport().write(here().getBytes());
					name("by a timer");
				});
				name("later");
				return "";
			}

		});
		try (Peer first = new Peer(port); Peer second = new Peer(port)) {
			first.send("?");
			assertThat(first.receive()).isEqualTo("1 1");
			second.send("?");
			assertThat(second.receive()).isEqualTo("2 2");
			first.send("?");
			assertThat(first.receive()).isEqualTo("later later");
		}
		awaitSeen("lost later later", "lost later later");
		close(port);
	}

	@Test
	void aLoopingCallKeepsItsContextAndWhatItAddsToIt() {
		this.running.run(() -> {
			name("loop");
			AtomicInteger rounds = new AtomicInteger();
			LoopingCall[] loop = new LoopingCall[1];
			loop[0] = new LoopingCall(this.running.get(), () -> {
				this.seen.add(here());
				name("round " + rounds.incrementAndGet());
				if (rounds.get() == 3) {
					loop[0].stop();
				}
			});
			loop[0].start(Duration.ofMillis(1), false);
		});
		awaitSeen("loop loop", "round 1 round 1", "round 2 round 2");
	}

	@Test
	void aLoopingCallKeepsItsContextWhoeverFiresWhatItWaitsFor() {
		List<Deferred<Integer>> waiting = new CopyOnWriteArrayList<>();
		LoopingCall loop = this.running.call(() -> {
			name("loop");
			LoopingCall made = new LoopingCall(this.running.get(), () -> {
				this.seen.add(here());
				Deferred<Integer> next = new Deferred<>();
				waiting.add(next);
				return next;
			});
			made.start(Duration.ofMillis(1));
			assertThat(here()).isEqualTo("loop loop");
			return made;
		});
		this.running.run(() -> {
			name("neighbour");
			waiting.get(0).callback(1);
			assertThat(here()).isEqualTo("neighbour neighbour");
		});
		awaitSeen("loop loop", "loop loop");
		this.running.run(() -> {
			loop.stop();
			waiting.get(1).callback(1);
		});
	}

	@Test
	void tasksOfOneCooperatorHaveTheirOwn() {
		Cooperator cooperator = new Cooperator(this.running.get());
		for (String name : List.of("first", "second")) {
			this.running.run(() -> {
				name(name);
				cooperator.cooperate(List.of(1, 2).stream().map((x) -> {
					this.seen.add(here());
					name(name + "+");
					return null;
				}).iterator());
			});
		}
		awaitSeen("first first", "second second", "first+ first+", "second+ second+");
	}

	@Test
	void threadsHaveTheContextOfWhoCallsAndTheWayBackHasItToo() throws Exception {
		ListeningPort port = listen(() -> new Naming() {

			@Override
			String answer(String question) {
				Reactor reactor = CallContextTests.this.running.get();
				reactor.<String>deferToThread(() -> {
					String there = here();
					name("changed there");
					reactor.callFromThread(() -> CallContextTests.this.seen.add("back " + here()));
					return there;
				})
					.doOnCallback((there) -> transport().write((there + "/" + here()).getBytes()))
					.addErrback((failure) -> {
						CallContextTests.this.seen.add(failure.getErrorMessage());
						return "";
					});
				reactor.callInThread(() -> CallContextTests.this.seen.add("silent " + here()));
				return "";
			}

		});
		try (Peer first = new Peer(port); Peer second = new Peer(port)) {
			assertThat(first.ask("?")).isEqualTo("1 1/1 1");
			assertThat(second.ask("?")).isEqualTo("2 2/2 2");
		}
		awaitSeen("back changed there changed there", "back changed there changed there", "silent 1 1", "silent 2 2",
				"lost 1 1", "lost 2 2");
		close(port);
	}

	@Test
	void threadsOfThePoolAreCleanForTheNextCall() {
		this.running.get().suggestThreadPoolSize(1);
		name("outside");
		this.running.get().callInThread(() -> name("left behind"));
		MDC.clear();
		TENANT.remove();
		assertThat(this.running.result(this.running.get().deferToThread(CallContextTests::here))).isEqualTo("- -");
	}

	@Test
	void aCallFromAThreadHasThatThreadsContextAndTheThreadKeepsIt() {
		name("thread");
		this.running.get().callFromThread(() -> {
			this.seen.add(here());
			name("changed");
		});
		assertThat(this.running.call(CallContextTests::here)).isEqualTo("thread thread");
		awaitSeen("thread thread");
		assertThat(here()).isEqualTo("thread thread");
	}

	@Test
	void aFailedCallbackIsLoggedInItsConnectionsContextAndSpoilsNoOthers() throws Exception {
		this.running.expectErrors(1);
		ListeningPort port = listen(() -> new Naming() {

			@Override
			String answer(String question) {
				if (question.equals("!")) {
					name("failing");
					throw new IllegalStateException("as expected");
				}
				return super.answer(question);
			}

		});
		try (Peer first = new Peer(port); Peer second = new Peer(port)) {
			first.send("!");
			awaitSeen("lost failing failing");
			assertThat(second.ask("?")).isEqualTo("2 2");
		}
		awaitSeen("lost failing failing", "lost 2 2");
		assertThat(this.log.list).singleElement()
			.satisfies((event) -> assertThat(event.getMDCPropertyMap()).isEqualTo(Map.of("name", "failing")));
		close(port);
	}

	@Test
	void aFailedTimerIsLoggedInItsContext() {
		this.running.expectErrors(1);
		this.running.run(() -> {
			name("timer");
			this.running.get().callLater(Duration.ZERO, () -> {
				throw new IllegalStateException("as expected");
			});
		});
		Awaitility.await().until(() -> !this.log.list.isEmpty());
		assertThat(this.log.list.get(0).getMDCPropertyMap()).containsEntry("name", "timer");
	}

	@Test
	void aSlowCallbackIsReportedInItsContext() throws Exception {
		Logger slowLogger = (Logger) LoggerFactory.getLogger(SlowCallbacks.class);
		slowLogger.addAppender(this.log);
		ListeningPort port = listen(() -> new Naming() {

			@Override
			String answer(String question) {
				Awaitility.await().until(() -> !CallContextTests.this.log.list.isEmpty());
				return "slow";
			}

		});
		try (Peer peer = new Peer(port)) {
			assertThat(peer.ask("?")).isEqualTo("slow");
		}
		finally {
			slowLogger.detachAppender(this.log);
		}
		assertThat(this.log.list.get(0).getMDCPropertyMap()).containsEntry("name", "1");
		awaitSeen("lost 1 1");
		close(port);
	}

	@Test
	void aConnectionToTheOutsideBeginsWithTheContextOfWhoMadeItAndItsFactoryHasItToo() {
		ListeningPort port = listen(Naming::new);
		this.running.run(() -> {
			name("caller");
			this.running.get().connectTCP("127.0.0.1", port.getHost().port(), new SeeingFactory());
			assertThat(here()).isEqualTo("caller caller");
		});
		awaitSeen("started caller caller", "built caller caller", "made caller caller", "client lost mine mine",
				"factory lost caller caller", "lost 1 1");
		close(port);
	}

	@Test
	void aFailedConnectionIsToldInTheContextOfWhoMadeIt() {
		ListeningPort port = listen(Naming::new);
		int free = port.getHost().port();
		close(port);
		this.running.run(() -> {
			name("caller");
			this.running.get().connectTCP("127.0.0.1", free, new SeeingFactory());
		});
		awaitSeen("started caller caller", "failed caller caller");
	}

	@Test
	void aDatagramProtocolKeepsWhatItSet() {
		ListeningPort port = this.running.call(() -> {
			name("caller");
			return udp(new DatagramProtocol() {

				@Override
				protected void startProtocol() {
					CallContextTests.this.seen.add("start " + here());
					name("udp");
				}

				@Override
				protected void datagramReceived(byte[] data, InetSocketAddress address) {
					CallContextTests.this.seen.add("received " + here());
				}

				@Override
				protected void stopProtocol() {
					CallContextTests.this.seen.add("stop " + here());
				}

			});
		});
		this.running.run(() -> {
			ListeningPort client = udp(new DatagramProtocol() {

				@Override
				protected void startProtocol() throws Exception {
					transport().write("x".getBytes(), new InetSocketAddress("127.0.0.1", port.getHost().port()));
				}

				@Override
				protected void datagramReceived(byte[] data, InetSocketAddress address) {
				}

			});
			client.stopListening();
		});
		awaitSeen("start - -", "received udp udp");
		close(port);
		awaitSeen("start - -", "received udp udp", "stop udp udp");
	}

	@Test
	void aProducerOfAnotherConnectionIsPausedInThatOnesContext() throws Exception {
		Naming[] protocols = new Naming[2];
		ListeningPort port = listen(() -> new Naming() {

			@Override
			protected void connectionMade() throws Exception {
				super.connectionMade();
				protocols[CallContextTests.this.accepted.get() - 1] = this;
			}

			@Override
			String answer(String question) {
				name("asking");
				protocols[1].transport().registerProducer(new Pausing(), true);
				protocols[1].transport().write(new byte[100_000]);
				return here();
			}

		});
		try (Peer first = new Peer(port); Peer second = new Peer(port)) {
			Awaitility.await().until(() -> this.accepted.get() == 2);
			assertThat(first.ask("?")).isEqualTo("asking asking");
		}
		awaitSeen("paused 2 2", "stopped by pause by pause", "lost asking asking", "lost by pause by pause");
		close(port);
	}

	@Test
	void deferredsOfThePortFireInNobodysContext() {
		ListeningPort port = listen(Naming::new);
		this.running.run(() -> {
			name("closing");
			port.stopListening().doOnBoth(() -> {
				this.seen.add(here());
				name("left in the air");
			});
		});
		awaitSeen("- -");
	}

	@Test
	void aFunctionOfADeferredRunsInTheContextOfWhoFiresIt() {
		Deferred<Integer> deferred = new Deferred<>();
		this.running.run(() -> {
			name("adding");
			deferred.addCallback((x) -> this.seen.add(here()));
		});
		this.running.run(() -> {
			name("firing");
			deferred.callback(1);
		});
		awaitSeen("firing firing");
	}

	@Test
	void nothingIsLeftWhenTheReactorHasStoppedAndStartedAgain() throws Exception {
		ListeningPort port = listen(Naming::new);
		try (Peer peer = new Peer(port)) {
			assertThat(peer.ask("?")).isEqualTo("1 1");
			this.running.stop();
		}
		awaitSeen("lost 1 1");
		this.running.get().start();
		assertThat(this.running.call(CallContextTests::here)).isEqualTo("- -");
		assertThat(here()).isEqualTo("- -");
	}

	private ListeningPort listen(java.util.function.Supplier<Protocol> protocols) {
		return this.running.call(() -> this.running.get()
			.listenTCP(new InetSocketAddress("127.0.0.1", 0), Factory.forProtocol(protocols::get), 50));
	}

	private ListeningPort udp(DatagramProtocol protocol) {
		return this.running.get().listenUDP(new InetSocketAddress("127.0.0.1", 0), protocol, 8192);
	}

	private void close(ListeningPort port) {
		this.running.result(this.running.call(() -> List.of(port.stopListening())).get(0));
	}

	private void awaitSeen(String... expected) {
		Awaitility.await().untilAsserted(() -> assertThat(this.seen).containsExactlyInAnyOrder(expected));
	}

	static void name(String name) {
		MDC.put("name", name);
		TENANT.set(name);
	}

	/** What the calling thread has in its MDC and in its thread local. */
	static String here() {
		Map<String, String> mdc = MDC.getCopyOfContextMap();
		String tenant = TENANT.get();
		return ((mdc != null && !mdc.isEmpty()) ? String.join(",", mdc.values()) : "-") + " "
				+ ((tenant != null) ? tenant : "-");
	}

	/**
	 * Names its connection in the context, and answers with what it finds there.
	 */
	private class Naming extends Protocol {

		@Override
		protected void connectionMade() throws Exception {
			assertThat(here()).isEqualTo("- -");
			name("" + CallContextTests.this.accepted.incrementAndGet());
		}

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(answer(new String(data)).getBytes());
		}

		String answer(String question) {
			if (question.equals("+")) {
				name(MDC.get("name") + "+");
			}
			else if (question.equals("-")) {
				MDC.remove("name");
				TENANT.remove();
			}
			return here();
		}

		@Override
		protected void connectionLost(Failure reason) {
			CallContextTests.this.seen.add("lost " + here());
		}

	}

	/**
	 * Says in which context its connections live, and closes them.
	 */
	private final class SeeingFactory extends ClientFactory {

		@Override
		public void startedConnecting(Connector connector) {
			CallContextTests.this.seen.add("started " + here());
			name("left by the factory");
			name("caller");
		}

		@Override
		public Protocol buildProtocol(Address address) {
			CallContextTests.this.seen.add("built " + here());
			return new Protocol() {

				@Override
				protected void connectionMade() {
					CallContextTests.this.seen.add("made " + here());
					name("mine");
					transport().loseConnection();
				}

				@Override
				protected void connectionLost(Failure reason) {
					CallContextTests.this.seen.add("client lost " + here());
				}

			};
		}

		@Override
		public void clientConnectionLost(Connector connector, Failure reason) {
			CallContextTests.this.seen.add("factory lost " + here());
		}

		@Override
		public void clientConnectionFailed(Connector connector, Failure reason) {
			CallContextTests.this.seen.add("failed " + here());
		}

	}

	private final class Pausing implements PushProducer {

		@Override
		public void pauseProducing() {
			CallContextTests.this.seen.add("paused " + here());
			name("by pause");
		}

		@Override
		public void resumeProducing() {
		}

		@Override
		public void stopProducing() {
			CallContextTests.this.seen.add("stopped " + here());
		}

	}

}
