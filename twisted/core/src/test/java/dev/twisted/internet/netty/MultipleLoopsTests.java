package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;

import dev.twisted.defer.Failure;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.NotInReactorThreadException;
import dev.twisted.internet.Reactor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EveryTransport
class MultipleLoopsTests {

	private static final int LOOPS = 3;

	@RegisterExtension
	private final RunningReactor running;

	private final List<Conversation> conversations = new CopyOnWriteArrayList<>();

	private Reactor reactor;

	private ListeningPort port;

	MultipleLoopsTests(EventLoopModel model) {
		this.running = new RunningReactor(model, (builder) -> builder.eventLoops(LOOPS));
	}

	@BeforeEach
	void listen() {
		this.reactor = this.running.get();
		this.port = this.running
			.call(() -> this.reactor.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(Conversation::new), 50));
	}

	@AfterEach
	void stopListening() {
		if (this.reactor.running()) {
			this.running.result(this.running.call(this.port::stopListening));
		}
	}

	@Test
	void connectionsAreSpreadOverTheLoops() throws Exception {
		List<Socket> sockets = connect(2 * LOOPS);
		Awaitility.await().until(() -> this.conversations.size() == sockets.size());
		Map<Thread, Integer> perThread = new ConcurrentHashMap<>();
		this.conversations.forEach((conversation) -> perThread.merge(conversation.born, 1, Integer::sum));
		assertThat(perThread).hasSize(LOOPS).allSatisfy((thread, number) -> assertThat(number).isEqualTo(2));
		assertThat(this.reactor.statistics().eventLoops()).isEqualTo(LOOPS);
		close(sockets);
	}

	@Test
	void aProtocolRunsOnOneThreadAllItsLife() throws Exception {
		List<Socket> sockets = connect(12);
		for (int round = 0; round < 50; round++) {
			for (Socket socket : sockets) {
				socket.getOutputStream().write('x');
			}
			for (Socket socket : sockets) {
				assertThat(socket.getInputStream().read()).isEqualTo('x');
			}
		}
		close(sockets);
		Awaitility.await()
			.until(() -> this.conversations.stream().allMatch((conversation) -> conversation.losses() == 1));
		assertThat(this.conversations).hasSize(12)
			.allSatisfy((conversation) -> assertThat(conversation.threads).containsExactly(conversation.born));
	}

	@Test
	void protocolsOfDifferentLoopsRunInParallel() throws Exception {
		List<Socket> sockets = connect(LOOPS);
		Awaitility.await().until(() -> this.conversations.size() == LOOPS);
		CyclicBarrier together = new CyclicBarrier(LOOPS);
		this.conversations.forEach((conversation) -> conversation.meeting = together);
		for (Socket socket : sockets) {
			socket.getOutputStream().write('x');
		}
		// None would get past the barrier if one had to wait for another.
		for (Socket socket : sockets) {
			assertThat(socket.getInputStream().read()).isEqualTo('x');
		}
		close(sockets);
	}

	@Test
	void aCallLaterOfALoopStaysOnThatLoop() throws Exception {
		assertStaysOnTheLoop((conversation) -> this.reactor.callLater(Duration.ofMillis(1),
				() -> this.reactor.callLater(Duration.ZERO, conversation::noteThread)));
	}

	@Test
	void aCallFromThreadOfALoopStaysOnThatLoop() throws Exception {
		assertStaysOnTheLoop((conversation) -> this.reactor.callFromThread(conversation::noteThread));
	}

	@Test
	void aDeferToThreadOfALoopFiresOnThatLoop() throws Exception {
		assertStaysOnTheLoop((conversation) -> this.reactor.deferToThread(() -> "done").addCallback((value) -> {
			conversation.noteThread();
			return null;
		}));
	}

	@Test
	void timersAndCallsFromElsewhereGoToTheMainLoop() throws Exception {
		Thread main = this.running.call(Thread::currentThread);
		Set<Thread> seen = ConcurrentHashMap.newKeySet();
		CountDownLatch all = new CountDownLatch(40);
		for (int i = 0; i < 20; i++) {
			this.reactor.callLater(Duration.ofMillis(i % 5), () -> {
				seen.add(Thread.currentThread());
				all.countDown();
			});
			this.reactor.callFromThread(() -> {
				seen.add(Thread.currentThread());
				all.countDown();
			});
		}
		assertThat(all.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(seen).containsExactly(main);
	}

	@Test
	void callsFromThreadsKeepTheOrderOfEachCaller() throws Exception {
		int calls = 10_000;
		Map<Integer, List<Integer>> seen = new ConcurrentHashMap<>();
		CountDownLatch all = new CountDownLatch(3 * calls);
		for (int caller = 0; caller < 3; caller++) {
			List<Integer> numbers = new ArrayList<>();
			seen.put(caller, numbers);
			new Thread(() -> {
				for (int i = 0; i < calls; i++) {
					int number = i;
					this.reactor.callFromThread(() -> {
						numbers.add(number);
						all.countDown();
					});
				}
			}).start();
		}
		assertThat(all.await(20, TimeUnit.SECONDS)).isTrue();
		List<Integer> sorted = IntStream.range(0, calls).boxed().toList();
		assertThat(seen.values()).allSatisfy((numbers) -> assertThat(numbers).isEqualTo(sorted));
	}

	@Test
	void aTransportMayBeWrittenToFromAnotherLoop() throws Exception {
		List<Socket> sockets = connect(2);
		Awaitility.await().until(() -> this.conversations.size() == 2);
		Conversation one = this.conversations.get(0);
		Conversation other = this.conversations.get(1);
		assertThat(one.born).isNotSameAs(other.born);
		one.onData = () -> IntStream.range(0, 500).forEach((i) -> other.write(i + " "));
		other.onData = () -> IntStream.range(0, 500).forEach((i) -> one.write(i + " "));
		writeToAll(sockets);
		String expected = String.join("", IntStream.range(0, 500).mapToObj((i) -> i + " ").toList());
		for (Socket socket : sockets) {
			byte[] all = socket.getInputStream().readNBytes(expected.length() + 1);
			// The echo of the question is somewhere among it.
			assertThat(new String(all, java.nio.charset.StandardCharsets.US_ASCII).replace("x", ""))
				.isEqualTo(expected);
		}
		close(sockets);
	}

	@Test
	void aTimerMayOnlyBeMovedOnItsOwnLoopButCalledOffOnAny() throws Exception {
		List<Socket> sockets = connect(2);
		Awaitility.await().until(() -> this.conversations.size() == 2);
		List<DelayedCall> made = new CopyOnWriteArrayList<>();
		List<Object> outcome = new CopyOnWriteArrayList<>();
		this.conversations.get(0).onData = () -> made
			.add(this.reactor.callLater(Duration.ofHours(1), () -> outcome.add("made")));
		this.conversations.get(1).onData = () -> {
			DelayedCall call = made.get(0);
			assertThatExceptionOfType(NotInReactorThreadException.class)
				.isThrownBy(() -> call.delay(Duration.ofHours(1)))
				.withMessageContaining("event loop that it was made on");
			assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(() -> call.reset(Duration.ZERO));
			call.cancel();
			outcome.add("cancelled");
		};
		Map<Conversation, Socket> socketOf = socketsOf(sockets);
		socketOf.get(this.conversations.get(0)).getOutputStream().write('x');
		Awaitility.await().until(() -> made.size() == 1);
		assertThat(this.reactor.getDelayedCalls()).containsExactlyElementsOf(made);
		socketOf.get(this.conversations.get(1)).getOutputStream().write('x');
		Awaitility.await().untilAsserted(() -> assertThat(outcome).containsExactly("cancelled"));
		close(sockets);
	}

	@Test
	void theReactorsThreadIsAnyOfItsLoops() throws Exception {
		List<Socket> sockets = connect(LOOPS);
		Awaitility.await().until(() -> this.conversations.size() == LOOPS);
		Set<Boolean> answers = ConcurrentHashMap.newKeySet();
		this.conversations
			.forEach((conversation) -> conversation.onData = () -> answers.add(this.reactor.inReactorThread()));
		writeToAll(sockets);
		for (Socket socket : sockets) {
			socket.getInputStream().read();
		}
		assertThat(answers).containsExactly(true);
		assertThat(this.reactor.inReactorThread()).isFalse();
		close(sockets);
	}

	@Test
	void aStopEndsTheConnectionsOfAllLoopsOnTheirOwn() throws Exception {
		List<Socket> sockets = connect(4 * LOOPS);
		Awaitility.await().until(() -> this.conversations.size() == sockets.size());
		Thread stopping = new Thread(this.running::stop);
		stopping.start();
		for (Socket socket : sockets) {
			assertThat(socket.getInputStream().read()).isEqualTo(-1);
		}
		close(sockets);
		stopping.join();
		assertThat(this.conversations).allSatisfy((conversation) -> {
			assertThat(conversation.losses()).isOne();
			assertThat(conversation.threads).containsExactly(conversation.born);
		});
		assertThat(this.reactor.statistics().abortedAtShutdown()).isZero();
	}

	@Test
	void aPortOpenedOnAnotherLoopEndsWithTheReactorAndItsTriggersRunOnTheMainLoop() throws Exception {
		Thread main = this.running.call(Thread::currentThread);
		List<ListeningPort> opened = new CopyOnWriteArrayList<>();
		List<Socket> sockets = connect(LOOPS);
		Awaitility.await().until(() -> this.conversations.size() == LOOPS);
		for (Conversation conversation : this.conversations) {
			conversation.onData = () -> opened.add(this.reactor.listenTCP(
					new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Factory.forProtocol(Recorder::new), 5));
		}
		writeToAll(sockets);
		Awaitility.await().until(() -> opened.size() == LOOPS);
		close(sockets);
		Set<Thread> threads = new HashSet<>();
		for (Reactor.Phase phase : Reactor.Phase.values()) {
			this.reactor.addSystemEventTrigger(phase, Reactor.SystemEvent.SHUTDOWN,
					() -> threads.add(Thread.currentThread()));
		}
		this.running.stop();
		assertThat(opened).allSatisfy((port) -> assertThat(port.listening()).isFalse());
		assertThat(threads).containsExactly(main);
	}

	/**
	 * Has each conversation do something that notes a thread, which has to be its own.
	 */
	private void assertStaysOnTheLoop(Consumer<Conversation> call) throws Exception {
		List<Socket> sockets = connect(LOOPS);
		Awaitility.await().until(() -> this.conversations.size() == LOOPS);
		for (Conversation conversation : this.conversations) {
			conversation.onData = () -> call.accept(conversation);
		}
		writeToAll(sockets);
		Awaitility.await()
			.until(() -> this.conversations.stream().allMatch((conversation) -> conversation.noted.size() == 1));
		assertThat(this.conversations)
			.allSatisfy((conversation) -> assertThat(conversation.noted).containsExactly(conversation.born));
		close(sockets);
	}

	private List<Socket> connect(int number) throws Exception {
		List<Socket> sockets = new ArrayList<>();
		for (int i = 0; i < number; i++) {
			Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port());
			socket.setSoTimeout(10_000);
			sockets.add(socket);
		}
		return sockets;
	}

	private Map<Conversation, Socket> socketsOf(List<Socket> sockets) {
		Map<Conversation, Socket> result = new ConcurrentHashMap<>();
		for (Conversation conversation : this.conversations) {
			for (Socket socket : sockets) {
				if (conversation.transport().getPeer().port() == socket.getLocalPort()) {
					result.put(conversation, socket);
				}
			}
		}
		return result;
	}

	private static void writeToAll(List<Socket> sockets) throws Exception {
		for (Socket socket : sockets) {
			socket.getOutputStream().write('x');
		}
	}

	private static void close(List<Socket> sockets) throws Exception {
		for (Socket socket : sockets) {
			socket.close();
		}
	}

	/** Sends back what it gets, and knows on which threads it has run. */
	private final class Conversation extends Recorder {

		private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

		private final List<Thread> noted = new CopyOnWriteArrayList<>();

		private volatile Thread born;

		private volatile CyclicBarrier meeting;

		private volatile Runnable onData = () -> {
		};

		@Override
		protected void connectionMade() {
			this.born = Thread.currentThread();
			this.threads.add(this.born);
			MultipleLoopsTests.this.conversations.add(this);
		}

		@Override
		void received(String text) throws Exception {
			this.threads.add(Thread.currentThread());
			if (this.meeting != null) {
				this.meeting.await(10, TimeUnit.SECONDS);
			}
			this.onData.run();
			write(text);
		}

		@Override
		protected void connectionLost(Failure reason) throws Exception {
			this.threads.add(Thread.currentThread());
			super.connectionLost(reason);
		}

		private void noteThread() {
			this.noted.add(Thread.currentThread());
		}

	}

}
