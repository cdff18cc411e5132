package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import io.netty.buffer.Unpooled;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EveryTransport
class TcpTransportTests {

	@RegisterExtension
	private final RunningReactor reactor;

	private final BlockingQueue<Recorder> served = new LinkedBlockingQueue<>();

	private ListeningPort port;

	TcpTransportTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@AfterEach
	void stopListening() {
		if (this.port != null) {
			this.reactor.result(this.reactor.call(this.port::stopListening));
		}
	}

	private Socket connectTo(Supplier<? extends Recorder> protocol) throws IOException {
		return connectTo(Factory.forProtocol(() -> {
			Recorder recorder = protocol.get();
			this.served.add(recorder);
			return recorder;
		}));
	}

	private Socket connectTo(Factory factory) throws IOException {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), factory, 50));
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port());
		socket.setSoTimeout(20_000);
		return socket;
	}

	private Recorder server() throws InterruptedException {
		Recorder recorder = this.served.poll(10, TimeUnit.SECONDS);
		assertThat(recorder).isNotNull();
		Awaitility.await().until(() -> recorder.events.contains("made"));
		return recorder;
	}

	private static void awaitLost(Recorder recorder) {
		Awaitility.await().until(() -> recorder.losses() > 0);
	}

	private static String readAll(Socket socket) throws IOException {
		return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
	}

	private static void send(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
	}

	// Closing

	@Test
	void aPeerThatClosesGivesConnectionDone() throws Exception {
		Recorder server;
		try (Socket socket = connectTo(Recorder::new)) {
			server = server();
			send(socket, "last words");
		}
		awaitLost(server);
		assertThat(server.reason.value()).isInstanceOf(ConnectionDone.class);
		assertThat(server.received()).isEqualTo("last words");
		assertThat(server.events).startsWith("made").endsWith("lost");
		assertThat(server.losses()).isOne();
		assertThat(server.connected()).isFalse();
	}

	@Test
	void loseConnectionSendsWhatWasWrittenAndGivesConnectionDone() throws Exception {
		byte[] much = new byte[5_000_000];
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			this.reactor.run(() -> {
				server.transport().write(much);
				server.write("end");
				server.transport().loseConnection();
			});
			assertThat(readAll(socket)).hasSize(much.length + 3).endsWith("end");
			awaitLost(server);
			assertThat(server.reason.value()).isInstanceOf(ConnectionDone.class);
		}
	}

	@Test
	void loseConnectionIsNotFollowedByConnectionLostInsideTheCall() throws Exception {
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			List<String> during = this.reactor.call(() -> {
				server.transport().loseConnection();
				server.transport().loseConnection();
				return List.copyOf(server.events);
			});
			assertThat(during).containsExactly("made");
			assertThat(readAll(socket)).isEmpty();
			awaitLost(server);
			assertThat(server.losses()).isOne();
		}
	}

	@Test
	void whatIsWrittenAfterLoseConnectionWhileOutputWaitsIsSent() throws Exception {
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			this.reactor.run(() -> {
				server.write("a");
				server.transport().loseConnection();
				server.write("b");
			});
			assertThat(readAll(socket)).isEqualTo("ab");
		}
	}

	@Test
	void loseConnectionReadsNoMore() throws Exception {
		try (Socket socket = connectTo(() -> new Recorder() {

			@Override
			void received(String text) {
				transport().loseConnection();
			}

		})) {
			Recorder server = server();
			send(socket, "one");
			awaitLost(server);
			send(socket, "two");
			assertThat(readAll(socket)).isEmpty();
			assertThat(server.received()).isEqualTo("one");
		}
	}

	@Test
	void aPeerThatGoesOnSendingStillGetsEverythingItWasOwed() throws Exception {
		byte[] owed = new byte[300_000];
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			// Unread input at the time of the close would make it a reset.
			this.reactor.run(() -> server.transport().pauseProducing());
			send(socket, "x".repeat(100_000));
			this.reactor.run(() -> {
				server.transport().write(owed);
				server.transport().loseConnection();
			});
			Awaitility.await().until(() -> server.losses() == 1);
			send(socket, "y".repeat(100_000));
			assertThat(readAll(socket)).hasSize(owed.length);
		}
	}

	@Test
	void abortConnectionGivesConnectionAbortedALittleLaterAndResetsThePeer() throws Exception {
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			List<String> during = this.reactor.call(() -> {
				server.write("never sent");
				server.transport().abortConnection();
				return List.copyOf(server.events);
			});
			assertThat(during).containsExactly("made");
			awaitLost(server);
			assertThat(server.reason.value()).isInstanceOf(ConnectionAborted.class);
			assertThatExceptionOfType(SocketException.class).isThrownBy(() -> socket.getInputStream().read());
		}
	}

	@Test
	void aPeerThatResetsGivesConnectionLost() throws Exception {
		Recorder server;
		try (Socket socket = connectTo(Recorder::new)) {
			server = server();
			socket.setSoLinger(true, 0);
		}
		awaitLost(server);
		assertThat(server.reason.value()).isInstanceOf(ConnectionLost.class);
		assertThat(server.losses()).isOne();
	}

	@Test
	void callsOnAConnectionThatIsGoneDoNothing() throws Exception {
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			socket.close();
			awaitLost(server);
			this.reactor.run(() -> {
				server.write("nobody");
				server.transport().write(Unpooled.copiedBuffer("nobody", StandardCharsets.UTF_8));
				server.transport().writeSequence(List.of(new byte[3]));
				server.transport().loseConnection();
				server.transport().loseWriteConnection();
				server.transport().abortConnection();
				server.transport().pauseProducing();
				server.transport().resumeProducing();
			});
			assertThat(server.events).containsExactly("made", "lost");
		}
	}

	@Test
	void failConnectionGivesItsReasonAndThePeerAnOrderlyClose() throws Exception {
		IllegalStateException why = new IllegalStateException("enough");
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			this.reactor.run(() -> {
				server.write("bye");
				server.transport().failConnection(new dev.twisted.defer.Failure(why));
			});
			assertThat(readAll(socket)).isEqualTo("bye");
			awaitLost(server);
			assertThat(server.reason.value()).isSameAs(why);
		}
	}

	// Exceptions

	@Test
	void anExceptionInDataReceivedClosesTheConnectionWithThatReason() throws Exception {
		this.reactor.expectErrors(1);
		IllegalStateException why = new IllegalStateException("cannot read this");
		try (Socket socket = connectTo(() -> new Recorder() {

			@Override
			void received(String text) {
				throw why;
			}

		})) {
			Recorder server = server();
			send(socket, "x");
			assertThat(readAll(socket)).isEmpty();
			awaitLost(server);
			assertThat(server.reason.value()).isSameAs(why);
			assertThat(server.losses()).isOne();
		}
	}

	@Test
	void anExceptionInConnectionMadeClosesTheConnectionWithThatReason() throws Exception {
		this.reactor.expectErrors(1);
		IllegalStateException why = new IllegalStateException("not today");
		try (Socket socket = connectTo(() -> new Recorder() {

			@Override
			protected void connectionMade() throws Exception {
				super.connectionMade();
				throw why;
			}

		})) {
			Recorder server = server();
			assertThat(readAll(socket)).isEmpty();
			awaitLost(server);
			assertThat(server.reason.value()).isSameAs(why);
		}
	}

	@Test
	void anExceptionInConnectionLostIsOnlyCounted() throws Exception {
		this.reactor.expectErrors(1);
		try (Socket socket = connectTo(() -> new Recorder() {

			@Override
			protected void connectionLost(dev.twisted.defer.Failure reason) throws Exception {
				super.connectionLost(reason);
				throw new IllegalStateException("too late");
			}

		})) {
			Recorder server = server();
			socket.close();
			awaitLost(server);
			Awaitility.await().until(() -> this.port.connections() == 0);
		}
	}

	@Test
	void anErrorIsNoDifferentFromAnException() throws Exception {
		this.reactor.expectErrors(1);
		try (Socket socket = connectTo(() -> new Recorder() {

			@Override
			void received(String text) {
				throw new StackOverflowError("deep");
			}

		})) {
			Recorder server = server();
			send(socket, "x");
			assertThat(readAll(socket)).isEmpty();
			awaitLost(server);
			assertThat(server.reason.value()).isInstanceOf(StackOverflowError.class);
		}
	}

	// Factories

	@Test
	void aFactoryThatBuildsNoProtocolClosesTheConnectionAtOnce() throws Exception {
		try (Socket socket = connectTo(new Factory() {

			@Override
			public Protocol buildProtocol(Address address) {
				return null;
			}

		})) {
			assertThat(readAll(socket)).isEmpty();
			Awaitility.await().until(() -> this.port.connections() == 0);
		}
	}

	@Test
	void aFactoryThatThrowsClosesTheConnectionAndIsCounted() throws Exception {
		this.reactor.expectErrors(1);
		try (Socket socket = connectTo(new Factory() {

			@Override
			public Protocol buildProtocol(Address address) {
				throw new IllegalStateException("out of protocols");
			}

		})) {
			assertThat(readAll(socket)).isEmpty();
			Awaitility.await().until(() -> this.port.connections() == 0);
		}
	}

	@Test
	void aProtocolKnowsItsFactoryAndBothEnds() throws Exception {
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			assertThat(server.factory()).isNotNull();
			assertThat(server.transport().getPeer().host()).isEqualTo("127.0.0.1");
			assertThat(server.transport().getPeer().port()).isEqualTo(socket.getLocalPort());
			assertThat(server.transport().getHost().port()).isEqualTo(socket.getPort());
			assertThat(server.transport().getPeer().type()).isEqualTo("TCP");
		}
	}

	@Test
	void nagleIsOffAndKeepAliveTooUntilAskedFor() throws Exception {
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			assertThat(server.transport().getTcpNoDelay()).isTrue();
			assertThat(server.transport().getTcpKeepAlive()).isFalse();
			server.transport().setTcpKeepAlive(true);
			server.transport().setTcpNoDelay(false);
			assertThat(server.transport().getTcpNoDelay()).isFalse();
			assertThat(server.transport().getTcpKeepAlive()).isTrue();
		}
	}

	@Test
	void startFactoryAndStopFactoryRunOncePerFirstAndLastPort() throws Exception {
		List<String> events = new java.util.concurrent.CopyOnWriteArrayList<>();
		Factory factory = new Factory() {

			@Override
			public Protocol buildProtocol(Address address) {
				return new Recorder();
			}

			@Override
			protected void startFactory() {
				events.add("start");
			}

			@Override
			protected void stopFactory() {
				events.add("stop");
			}

		};
		InetSocketAddress any = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
		ListeningPort one = this.reactor.call(() -> this.reactor.get().listenTCP(any, factory, 5));
		ListeningPort two = this.reactor.call(() -> this.reactor.get().listenTCP(any, factory, 5));
		assertThat(events).containsExactly("start");
		this.reactor.result(this.reactor.call(one::stopListening));
		assertThat(events).containsExactly("start");
		this.reactor.result(this.reactor.call(two::stopListening));
		assertThat(events).containsExactly("start", "stop");
		this.reactor.result(this.reactor.call(two::stopListening));
		assertThat(events).containsExactly("start", "stop");
	}

	@Test
	void stopListeningLeavesConnectionsAlone() throws Exception {
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			this.reactor.result(this.reactor.call(this.port::stopListening));
			assertThat(this.port.listening()).isFalse();
			this.reactor.run(() -> server.write("still here"));
			assertThat(new String(socket.getInputStream().readNBytes(10), StandardCharsets.UTF_8))
				.isEqualTo("still here");
			assertThatExceptionOfType(IOException.class)
				.isThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port()));
		}
	}

	@Test
	void connectionsOverTheLimitAreClosedAtOnceAndCounted() throws Exception {
		try (Socket first = connectTo(Recorder::new)) {
			server();
			this.reactor.run(() -> this.port.setMaxConnections(1));
			try (Socket second = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port())) {
				second.setSoTimeout(10_000);
				assertThat(closedByPeer(second)).isTrue();
			}
			assertThat(this.port.refusedConnections()).isOne();
			assertThat(this.port.connections()).isOne();
			send(first, "unharmed");
		}
		Awaitility.await().until(() -> this.port.connections() == 0);
		try (Socket third = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port())) {
			server();
			assertThat(third.isConnected()).isTrue();
		}
	}

	private static boolean closedByPeer(Socket socket) throws IOException {
		try {
			return socket.getInputStream().read() == -1;
		}
		catch (SocketException ex) {
			return true;
		}
	}

	// Half close

	@Test
	void withoutHalfCloseAPeersEndOfInputFlushesWhatWasWrittenAndIsConnectionDone() throws Exception {
		try (Socket socket = connectTo(() -> new Recorder() {

			@Override
			void received(String text) {
				transport().write(new byte[2_000_000]);
			}

		})) {
			Recorder server = server();
			send(socket, "question");
			socket.shutdownOutput();
			assertThat(readAll(socket)).hasSize(2_000_000);
			awaitLost(server);
			assertThat(server.reason.value()).isInstanceOf(ConnectionDone.class);
		}
	}

	@Test
	void aHalfCloseableProtocolIsToldAndMayGoOnWriting() throws Exception {
		try (Socket socket = connectTo(HalfCloseable::new)) {
			Recorder server = server();
			send(socket, "question");
			socket.shutdownOutput();
			Awaitility.await().until(() -> server.events.contains("read lost"));
			assertThat(server.losses()).isZero();
			this.reactor.run(() -> {
				server.write("answer");
				server.transport().loseConnection();
			});
			assertThat(readAll(socket)).isEqualTo("answer");
			awaitLost(server);
			assertThat(server.reason.value()).isInstanceOf(ConnectionDone.class);
		}
	}

	@Test
	void loseWriteConnectionSendsWhatWasWrittenAndGoesOnReading() throws Exception {
		try (Socket socket = connectTo(HalfCloseable::new)) {
			Recorder server = server();
			this.reactor.run(() -> {
				server.write("all I have");
				server.transport().loseWriteConnection();
				server.write("dropped");
			});
			assertThat(readAll(socket)).isEqualTo("all I have");
			Awaitility.await().until(() -> server.events.contains("write lost"));
			send(socket, "more");
			Awaitility.await().until(() -> server.received().equals("more"));
			assertThat(server.losses()).isZero();
			socket.close();
			awaitLost(server);
			assertThat(server.events).containsSubsequence("write lost", "read lost", "lost");
			assertThat(server.reason.value()).isInstanceOf(ConnectionDone.class);
		}
	}

	// Reading

	@Test
	void pauseProducingStopsDeliveryUntilResumeProducing() throws Exception {
		try (Socket socket = connectTo(() -> new Recorder() {

			@Override
			void received(String text) {
				transport().pauseProducing();
			}

		})) {
			Recorder server = server();
			send(socket, "a");
			Awaitility.await().until(() -> server.received().equals("a"));
			send(socket, "b");
			socket.shutdownOutput();
			// Two turns of the loop with input waiting, and nothing delivered.
			CountDownLatch turns = new CountDownLatch(1);
			this.reactor.get().callFromThread(() -> this.reactor.get().callFromThread(turns::countDown));
			assertThat(turns.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(server.received()).isEqualTo("a");
			assertThat(server.losses()).isZero();
			this.reactor.run(() -> server.transport().resumeProducing());
			Awaitility.await().until(() -> server.received().equals("ab"));
			this.reactor.run(() -> server.transport().resumeProducing());
			awaitLost(server);
			assertThat(server.reason.value()).isInstanceOf(ConnectionDone.class);
		}
	}

	// Writing

	@Test
	void writesOfAllKindsKeepTheirOrder() throws Exception {
		StringBuilder expected = new StringBuilder();
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			this.reactor.run(() -> {
				for (int i = 0; i < 2000; i++) {
					String piece = i + ",".repeat((i % 7 == 0) ? 6000 : i % 50);
					expected.append(piece);
					byte[] bytes = piece.getBytes(StandardCharsets.ISO_8859_1);
					switch (i % 3) {
						case 0 -> server.transport().write(bytes);
						case 1 -> server.transport().write(Unpooled.wrappedBuffer(bytes));
						default -> server.transport().writeSequence(List.of(bytes));
					}
				}
				server.transport().loseConnection();
			});
			assertThat(readAll(socket)).isEqualTo(expected.toString());
		}
	}

	@Test
	void writesFromAnotherThreadKeepTheirOrderAndAreSentBeforeALaterClose() throws Exception {
		StringBuilder expected = new StringBuilder();
		try (Socket socket = connectTo(Recorder::new)) {
			Recorder server = server();
			for (int i = 0; i < 1000; i++) {
				expected.append(i);
				server.write(Integer.toString(i));
			}
			server.transport().loseConnection();
			assertThat(readAll(socket)).isEqualTo(expected.toString());
		}
	}

	@Test
	void writesOfOneTurnAreSentTogether() throws Exception {
		try (Socket socket = connectTo(() -> new Recorder() {

			@Override
			void received(String text) {
				for (int i = 0; i < 100; i++) {
					write("piece");
				}
			}

		})) {
			server();
			send(socket, "go");
			byte[] first = new byte[1000];
			// One segment of loopback holds it all if it was one write.
			assertThat(socket.getInputStream().read(first)).isEqualTo(500);
		}
	}

	static final class HalfCloseable extends Recorder implements HalfCloseableProtocol {

		@Override
		public void readConnectionLost() {
			this.events.add("read lost");
		}

		@Override
		public void writeConnectionLost() {
			this.events.add("write lost");
		}

	}

}
