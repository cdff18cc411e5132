package dev.twisted.internet.netty;

import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

import dev.twisted.defer.Failure;
import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.PushProducer;
import dev.twisted.internet.Reactor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@EveryTransport
class AdoptedChannelTests {

	@RegisterExtension
	private final RunningReactor running;

	private final List<String> events = new CopyOnWriteArrayList<>();

	/** The threads that callbacks ran on. */
	private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

	private Reactor reactor;

	AdoptedChannelTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@BeforeEach
	void reactor() {
		this.reactor = this.running.get();
	}

	// Streams

	@Test
	void connectionsToAnAdoptedPortAreServed() throws Exception {
		ServerSocketChannel channel = bound();
		ListeningPort port = adopt(channel, Echo::new);
		assertThat(port.getHost().port()).isEqualTo(port(channel));
		try (Socket socket = connect(port)) {
			socket.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
			assertThat(socket.getInputStream().readNBytes(5)).asString(StandardCharsets.US_ASCII).isEqualTo("hello");
			assertThat(port.connections()).isOne();
			assertThat(this.reactor.statistics().connections()).isOne();
			socket.shutdownOutput();
			assertThat(socket.getInputStream().read()).isEqualTo(-1);
		}
		Awaitility.await().until(() -> port.connections() == 0);
		stopListening(port);
		assertThat(this.events).containsExactly("made", "data", "lost ConnectionDone");
	}

	@Test
	void aConnectionThatWaitedBeforeTheChannelWasAdoptedIsServed() throws Exception {
		ServerSocketChannel channel = bound();
		try (SocketChannel early = SocketChannel.open(channel.getLocalAddress())) {
			early.write(ByteBuffer.wrap("early".getBytes(StandardCharsets.US_ASCII)));
			ListeningPort port = adopt(channel, Echo::new);
			ByteBuffer answer = ByteBuffer.allocate(5);
			while (answer.hasRemaining()) {
				assertThat(early.read(answer)).isPositive();
			}
			assertThat(new String(answer.array(), StandardCharsets.US_ASCII)).isEqualTo("early");
			stopListening(port);
		}
	}

	@Test
	void allCallbacksOfAdoptedChannelsRunOnTheReactorsThread() throws Exception {
		ListeningPort stream = adopt(bound(), Echo::new);
		ListeningPort datagrams = adopt(boundDatagrams(), new DatagramEcho());
		this.running.run(() -> this.threads.add(Thread.currentThread()));
		try (Socket socket = connect(stream); DatagramSocket peer = new DatagramSocket(loopback())) {
			socket.getOutputStream().write('x');
			socket.getInputStream().read();
			peer.setSoTimeout(10_000);
			peer.send(new DatagramPacket(new byte[1], 1, address(datagrams)));
			peer.receive(new DatagramPacket(new byte[1], 1));
		}
		Awaitility.await().until(() -> this.events.contains("lost ConnectionDone"));
		stopListening(stream);
		stopListening(datagrams);
		assertThat(this.events).contains("made", "data", "started", "received 1", "stopped");
		assertThat(this.threads).hasSize(1);
	}

	@Test
	void aLongStreamThroughAnAdoptedPortArrivesWholeAndInBoundedMemory() throws Exception {
		int total = 64 * 1024 * 1024;
		AtomicLong mostMemory = new AtomicLong();
		long before = usedMemory();
		ListeningPort port = adopt(bound(), () -> new Protocol() {
			@Override
			protected void dataReceived(ByteBuf data) {
				mostMemory.accumulateAndGet(usedMemory(), Math::max);
				transport().write(data.retain());
			}
		});
		try (Socket socket = connect(port)) {
			Thread writer = new Thread(() -> send(socket, total));
			writer.start();
			InputStream in = socket.getInputStream();
			byte[] chunk = new byte[64 * 1024];
			long received = 0;
			for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
				for (int i = 0; i < n; i += 997) {
					assertThat(chunk[i]).isEqualTo((byte) ((received + i) % 251));
				}
				received += n;
			}
			assertThat(received).isEqualTo(total);
			writer.join();
		}
		stopListening(port);
		assertThat(mostMemory.get() - before).isLessThan(24L * 1024 * 1024);
	}

	@Test
	void aPeerOfAnAdoptedPortThatDoesNotReadIsReadNoFurther() throws Exception {
		AtomicLong received = new AtomicLong();
		ListeningPort port = adopt(bound(), () -> new Protocol() {
			@Override
			protected void dataReceived(ByteBuf data) {
				received.addAndGet(data.readableBytes());
				// Copied into pieces, as a protocol that answers would.
				byte[] bytes = new byte[data.readableBytes()];
				data.readBytes(bytes);
				for (int i = 0; i < bytes.length; i += 8192) {
					transport().write(Arrays.copyOfRange(bytes, i, Math.min(i + 8192, bytes.length)));
				}
			}
		});
		try (SocketChannel peer = SocketChannel.open(address(port))) {
			peer.configureBlocking(false);
			// The channel takes nothing for a long time: everybody has stopped.
			FloodedPeer.flood(peer, 64 * 1024 * 1024);
			long sent = received.get();
			assertThat(sent).isLessThan(48L * 1024 * 1024);
		}
		stopListening(port);
	}

	@Test
	void aPushProducerOnAnAdoptedConnectionIsPausedAndResumed() throws Exception {
		ListeningPort port = adopt(bound(), () -> new Protocol() {
			@Override
			protected void connectionMade() {
				transport().registerProducer(new PushProducer() {
					@Override
					public void pauseProducing() {
						AdoptedChannelTests.this.events.add("paused");
					}

					@Override
					public void resumeProducing() {
						AdoptedChannelTests.this.events.add("resumed");
						transport().unregisterProducer();
						transport().loseConnection();
					}

					@Override
					public void stopProducing() {
						AdoptedChannelTests.this.events.add("stopped");
					}
				}, true);
				for (int i = 0; i < 100; i++) {
					transport().write(new byte[64 * 1024]);
				}
			}
		});
		try (Socket socket = connect(port)) {
			assertThat(socket.getInputStream().readAllBytes()).hasSize(100 * 64 * 1024);
		}
		stopListening(port);
		assertThat(this.events).containsExactly("paused", "resumed");
	}

	@Test
	void readingOfAnAdoptedConnectionCanBePaused() throws Exception {
		Echo protocol = new Echo();
		ListeningPort port = adopt(bound(), () -> protocol);
		try (Socket socket = connect(port)) {
			Awaitility.await().until(() -> this.events.contains("made"));
			this.running.run(() -> protocol.transport().pauseProducing());
			socket.getOutputStream().write("later".getBytes(StandardCharsets.US_ASCII));
			this.running.run(() -> {
			});
			assertThat(this.events).containsExactly("made");
			protocol.transport().resumeProducing();
			assertThat(socket.getInputStream().readNBytes(5)).asString(StandardCharsets.US_ASCII).isEqualTo("later");
		}
		stopListening(port);
	}

	@Test
	void abortingAnAdoptedConnectionResetsThePeer() throws Exception {
		Echo protocol = new Echo();
		ListeningPort port = adopt(bound(), () -> protocol);
		try (Socket socket = connect(port)) {
			Awaitility.await().until(() -> this.events.contains("made"));
			protocol.transport().abortConnection();
			assertThatExceptionOfType(java.net.SocketException.class).isThrownBy(() -> socket.getInputStream().read())
				.withMessageContaining("reset");
		}
		Awaitility.await().until(() -> this.events.contains("lost ConnectionAborted"));
		stopListening(port);
	}

	@Test
	void closingAnAdoptedPortClosesItsChannelAndLeavesItsConnections() throws Exception {
		ServerSocketChannel channel = bound();
		ListeningPort port = adopt(channel, Echo::new);
		try (Socket socket = connect(port)) {
			Awaitility.await().until(() -> this.events.contains("made"));
			stopListening(port);
			assertThat(channel.isOpen()).isFalse();
			assertThat(port.listening()).isFalse();
			socket.getOutputStream().write('x');
			assertThat(socket.getInputStream().read()).isEqualTo('x');
		}
	}

	@Test
	void adoptedChannelsEndWithTheReactor() throws Exception {
		ServerSocketChannel channel = bound();
		DatagramChannel datagrams = boundDatagrams();
		ListeningPort port = adopt(channel, Echo::new);
		adopt(datagrams, new DatagramEcho());
		try (Socket socket = connect(port)) {
			Awaitility.await().until(() -> this.events.contains("made"));
			Thread stopping = new Thread(this.running::stop);
			stopping.start();
			assertThat(socket.getInputStream().read()).isEqualTo(-1);
			socket.close();
			stopping.join();
		}
		assertThat(channel.isOpen()).isFalse();
		assertThat(datagrams.isOpen()).isFalse();
		assertThat(this.events).contains("lost ConnectionDone", "stopped");
		assertThat(this.threads).hasSize(1);
	}

	@Test
	void aChannelThatIsNotBoundIsNotAdoptedAndStaysAsItWas() throws Exception {
		try (ServerSocketChannel channel = ServerSocketChannel.open();
				DatagramChannel datagrams = DatagramChannel.open()) {
			this.running.run(() -> {
				assertThatExceptionOfType(CannotListenException.class)
					.isThrownBy(() -> this.reactor.adoptStreamPort(channel, Factory.forProtocol(Echo::new)))
					.withMessageContaining("not bound");
				assertThatExceptionOfType(CannotListenException.class)
					.isThrownBy(() -> this.reactor.adoptDatagramPort(datagrams, new DatagramEcho()))
					.withMessageContaining("not bound");
			});
			assertThat(channel.isOpen()).isTrue();
			assertThat(channel.isBlocking()).isTrue();
			assertThat(datagrams.isOpen()).isTrue();
			assertThat(datagrams.isBlocking()).isTrue();
		}
	}

	@Test
	void aChannelThatIsClosedIsNotAdopted() throws Exception {
		ServerSocketChannel channel = bound();
		channel.close();
		DatagramChannel datagrams = boundDatagrams();
		datagrams.close();
		this.running.run(() -> {
			assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.adoptStreamPort(channel, Factory.forProtocol(Echo::new)))
				.withCauseInstanceOf(java.nio.channels.ClosedChannelException.class);
			assertThatExceptionOfType(CannotListenException.class)
				.isThrownBy(() -> this.reactor.adoptDatagramPort(datagrams, new DatagramEcho()))
				.withCauseInstanceOf(java.nio.channels.ClosedChannelException.class);
		});
	}

	// Datagrams

	@Test
	void datagramsToAnAdoptedChannelAreAnswered() throws Exception {
		DatagramChannel channel = boundDatagrams();
		ListeningPort port = adopt(channel, new DatagramEcho());
		try (DatagramSocket peer = new DatagramSocket(loopback())) {
			peer.setSoTimeout(10_000);
			for (String text : List.of("hello", "", "0123456789abc")) {
				peer.send(new DatagramPacket(text.getBytes(StandardCharsets.US_ASCII), text.length(), address(port)));
				DatagramPacket answer = new DatagramPacket(new byte[100], 100);
				peer.receive(answer);
				// What is longer than it may be is cut.
				assertThat(new String(answer.getData(), 0, answer.getLength(), StandardCharsets.US_ASCII))
					.isEqualTo(text.substring(0, Math.min(10, text.length())));
			}
		}
		stopListening(port);
		assertThat(channel.isOpen()).isFalse();
		assertThat(this.events).containsExactly("started", "received 5", "received 0", "received 10", "stopped");
	}

	@Test
	void anAdoptedDatagramChannelMayBeConnected() throws Exception {
		DatagramChannel channel = boundDatagrams();
		try (DatagramSocket peer = new DatagramSocket(loopback())) {
			peer.setSoTimeout(10_000);
			channel.connect(peer.getLocalSocketAddress());
			DatagramEcho protocol = new DatagramEcho();
			ListeningPort port = adopt(channel, protocol);
			protocol.transport().write("hello".getBytes(StandardCharsets.US_ASCII));
			DatagramPacket packet = new DatagramPacket(new byte[100], 100);
			peer.receive(packet);
			assertThat(packet.getLength()).isEqualTo(5);
			assertThatIllegalArgumentException()
				.isThrownBy(() -> protocol.transport().write(new byte[1], new InetSocketAddress("127.0.0.1", 9)));
			stopListening(port);
		}
	}

	@Test
	void anAdoptedDatagramChannelIsToldThatNobodyListens() throws Exception {
		DatagramEcho protocol = new DatagramEcho();
		ListeningPort port = adopt(boundDatagrams(), protocol);
		int nobody;
		try (DatagramSocket gone = new DatagramSocket(loopback())) {
			nobody = gone.getLocalPort();
		}
		protocol.transport().connect("127.0.0.1", nobody);
		protocol.transport().write(new byte[1]);
		Awaitility.await().until(() -> this.events.contains("refused"));
		assertThat(port.listening()).isTrue();
		stopListening(port);
		assertThat(this.threads).hasSize(1);
	}

	private ListeningPort adopt(ServerSocketChannel channel, java.util.function.Supplier<Protocol> protocol) {
		return this.running.call(() -> this.reactor.adoptStreamPort(channel, Factory.forProtocol(protocol)));
	}

	private ListeningPort adopt(DatagramChannel channel, DatagramProtocol protocol) {
		return this.running.call(() -> this.reactor.adoptDatagramPort(channel, protocol, 10));
	}

	private void stopListening(ListeningPort port) {
		this.running.result(this.running.call(port::stopListening));
	}

	private static ServerSocketChannel bound() throws Exception {
		return ServerSocketChannel.open().bind(loopback());
	}

	private static DatagramChannel boundDatagrams() throws Exception {
		return DatagramChannel.open().bind(loopback());
	}

	private static int port(ServerSocketChannel channel) throws Exception {
		return ((InetSocketAddress) channel.getLocalAddress()).getPort();
	}

	private static InetSocketAddress loopback() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
	}

	private static InetSocketAddress address(ListeningPort port) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getHost().port());
	}

	private static Socket connect(ListeningPort port) throws Exception {
		Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port());
		socket.setSoTimeout(10_000);
		return socket;
	}

	private static void send(Socket socket, int total) {
		byte[] chunk = new byte[64 * 1024];
		try {
			OutputStream out = socket.getOutputStream();
			for (int sent = 0; sent < total; sent += chunk.length) {
				for (int i = 0; i < chunk.length; i++) {
					chunk[i] = (byte) ((sent + i) % 251);
				}
				out.write(chunk);
			}
			socket.shutdownOutput();
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static long usedMemory() {
		return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
	}

	private final class Echo extends Recorder {

		@Override
		protected void connectionMade() {
			note("made");
		}

		@Override
		void received(String text) {
			note("data");
			write(text);
		}

		@Override
		protected void connectionLost(Failure reason) {
			note("lost " + reason.type().getSimpleName());
		}

	}

	private final class DatagramEcho extends DatagramProtocol {

		@Override
		protected void startProtocol() {
			note("started");
		}

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			note("received " + data.length);
			transport().write(data, address);
		}

		@Override
		protected void connectionRefused() {
			note("refused");
		}

		@Override
		protected void stopProtocol() {
			note("stopped");
		}

	}

	private void note(String event) {
		this.events.add(event);
		this.threads.add(Thread.currentThread());
	}

}
