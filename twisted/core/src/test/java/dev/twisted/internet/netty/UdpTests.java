package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.DeferredList;
import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.DatagramTransport;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@EveryTransport
class UdpTests {

	@RegisterExtension
	private final RunningReactor running;

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final List<ListeningPort> ports = new ArrayList<>();

	private Reactor reactor;

	private DatagramSocket peer;

	UdpTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@BeforeEach
	void open() throws Exception {
		this.reactor = this.running.get();
		this.peer = new DatagramSocket(loopback(0));
		this.peer.setReceiveBufferSize(1024 * 1024);
		this.peer.setSoTimeout(10_000);
	}

	@AfterEach
	void close() {
		this.peer.close();
		if (this.reactor.running()) {
			this.ports.forEach((port) -> this.running.result(this.running.call(port::stopListening)));
		}
	}

	@Test
	void aDatagramIsAnsweredToItsSender() throws Exception {
		ListeningPort port = listen(new Echo());
		send(port, "hello");
		assertThat(receive()).isEqualTo("hello");
		assertThat(port.getHost().type()).isEqualTo("UDP");
		assertThat(port.getHost().host()).isEqualTo("127.0.0.1");
	}

	@Test
	void anEmptyDatagramIsDelivered() throws Exception {
		ListeningPort port = listen(new Echo());
		send(port, "");
		assertThat(receive()).isEmpty();
		assertThat(this.events).containsExactly("started", "received 0");
	}

	@Test
	void anEmptyDatagramIsSentInItsPlace() throws Exception {
		Echo protocol = new Echo();
		listen(protocol);
		this.running.run(() -> List.of("first", "", "third")
			.forEach((text) -> protocol.transport().write(text.getBytes(StandardCharsets.US_ASCII), to(this.peer))));
		assertThat(List.of(receive(), receive(), receive())).containsExactly("first", "", "third");
	}

	@Test
	void anEmptyDatagramIsSentOnAConnectedPortUnlessJavaCannot() throws Exception {
		Echo protocol = new Echo();
		listen(protocol);
		protocol.transport().connect("127.0.0.1", this.peer.getLocalPort());
		protocol.transport().write(new byte[0]);
		protocol.transport().write("next".getBytes(StandardCharsets.US_ASCII));
		if (!this.reactor.statistics().eventLoopModel().equals("nio")) {
			assertThat(receive()).isEmpty();
		}
		assertThat(receive()).isEqualTo("next");
	}

	@Test
	void theBytesAreWhatWasSent() throws Exception {
		ListeningPort port = listen(new Echo());
		byte[] bytes = new byte[8192];
		new Random(1).nextBytes(bytes);
		send(port, bytes);
		assertThat(receiveBytes()).isEqualTo(bytes);
	}

	@Test
	void aDatagramThatIsTooLongIsCutAndThePortGoesOn() throws Exception {
		ListeningPort port = listen(new Echo(), 10);
		send(port, "0123456789abc");
		assertThat(receive()).isEqualTo("0123456789");
		send(port, "0123456789");
		assertThat(receive()).isEqualTo("0123456789");
		send(port, "short");
		assertThat(receive()).isEqualTo("short");
	}

	@Test
	void datagramsOfUpTo8192BytesAreWholeIfNothingElseIsAskedFor() throws Exception {
		ListeningPort port = this.running.call(() -> this.reactor.listenUDP(0, new Echo()));
		this.ports.add(port);
		send(port, new byte[9000]);
		assertThat(receiveBytes()).hasSize(8192);
	}

	@Test
	void theLongestDatagramThereIsMayBeReceivedAndSent() throws Exception {
		ListeningPort port = listen(new Echo(), 65535);
		send(port, new byte[65507]);
		assertThat(receiveBytes()).hasSize(65507);
	}

	@Test
	void datagramsKeepTheirOrder() throws Exception {
		ListeningPort port = listen(new Echo());
		for (int i = 0; i < 200; i++) {
			send(port, Integer.toString(i));
		}
		for (int i = 0; i < 200; i++) {
			assertThat(receive()).isEqualTo(Integer.toString(i));
		}
	}

	@Test
	void manyDatagramsWrittenInOneTurnAreAllSent() throws Exception {
		Echo protocol = new Echo();
		listen(protocol);
		this.running.run(() -> IntStream.range(0, 30).forEach((i) -> {
			byte[] data = new byte[8000];
			data[0] = (byte) i;
			protocol.transport().write(data, to(this.peer));
		}));
		for (int i = 0; i < 30; i++) {
			byte[] received = receiveBytes();
			assertThat(received).hasSize(8000);
			assertThat(received[0]).isEqualTo((byte) i);
		}
	}

	@Test
	void writesFromOtherThreadsKeepTheOrderOfEachCaller() throws Exception {
		Echo protocol = new Echo();
		listen(protocol);
		InetSocketAddress to = to(this.peer);
		List<Thread> threads = IntStream.range(0, 3).mapToObj((id) -> new Thread(() -> {
			for (int i = 0; i < 300; i++) {
				protocol.transport().write((id + " " + i).getBytes(StandardCharsets.US_ASCII), to);
			}
		})).toList();
		threads.forEach(Thread::start);
		int[] next = new int[3];
		for (int i = 0; i < 900; i++) {
			String[] line = receive().split(" ");
			assertThat(next[Integer.parseInt(line[0])]++).isEqualTo(Integer.parseInt(line[1]));
		}
		for (Thread thread : threads) {
			thread.join();
		}
	}

	@Test
	void aBufferMayBeKeptAndWrittenBack() throws Exception {
		ListeningPort port = listen(new DatagramProtocol() {
			@Override
			protected void datagramReceived(ByteBuf data, InetSocketAddress address) {
				transport().write(data.retain(), address);
			}
		});
		send(port, "counted");
		assertThat(receive()).isEqualTo("counted");
	}

	@Test
	void anExceptionOverADatagramIsCountedAndThePortGoesOn() throws Exception {
		this.running.expectErrors(2);
		ListeningPort port = listen(new Echo() {
			@Override
			protected void datagramReceived(byte[] data, InetSocketAddress address) {
				if (data.length == 1) {
					throw new IllegalStateException("expected by the test");
				}
				if (data.length == 2) {
					throw new AssertionError("expected by the test");
				}
				super.datagramReceived(data, address);
			}
		});
		send(port, "1");
		send(port, "22");
		send(port, "333");
		assertThat(receive()).isEqualTo("333");
		assertThat(port.listening()).isTrue();
		assertThat(this.reactor.statistics().callbackErrors()).isEqualTo(2);
	}

	@Test
	void aProtocolThatFailsToStartHasNoPortAndMayTryAgain() throws Exception {
		boolean[] fail = { true };
		Echo protocol = new Echo() {
			@Override
			protected void startProtocol() {
				super.startProtocol();
				if (fail[0]) {
					throw new IllegalStateException("no database");
				}
			}
		};
		InetSocketAddress free = to(this.peer);
		this.peer.close();
		this.running.run(() -> assertThatExceptionOfType(CannotListenException.class)
			.isThrownBy(() -> this.reactor.listenUDP(free, protocol, 100))
			.withMessageContaining("no database")
			.satisfies((ex) -> assertThat(ex.address()).isEqualTo(free)));
		assertThatIllegalStateException().isThrownBy(protocol::transport);
		fail[0] = false;
		this.running.run(() -> {
		});
		this.ports.add(this.running.call(() -> this.reactor.listenUDP(free, protocol, 100)));
		assertThat(this.events).containsExactly("started", "started");
	}

	@Test
	void aProtocolThatDiesOnStartingHasNoPortEither() {
		this.running.run(() -> assertThatExceptionOfType(CannotListenException.class)
			.isThrownBy(() -> this.reactor.listenUDP(loopback(0), new DatagramProtocol() {
				@Override
				protected void startProtocol() {
					throw new AssertionError("broken");
				}
			}, 100))
			.withMessageContaining("broken"));
	}

	@Test
	void aProtocolMayCloseItsPortOnStarting() {
		List<String> events = this.events;
		ListeningPort port = this.running.call(() -> this.reactor.listenUDP(loopback(0), new Echo() {
			@Override
			protected void startProtocol() {
				super.startProtocol();
				transport().stopListening();
			}
		}, 100));
		Awaitility.await().untilAsserted(() -> assertThat(events).containsExactly("started", "stopped"));
		assertThat(port.listening()).isFalse();
	}

	@Test
	void oneProtocolHasOnePort() {
		Echo protocol = new Echo();
		listen(protocol);
		this.running.run(() -> assertThatExceptionOfType(CannotListenException.class)
			.isThrownBy(() -> this.reactor.listenUDP(loopback(0), protocol, 100))
			.withMessageContaining("has a port already"));
		assertThat(protocol.transport().getHost().port()).isPositive();
	}

	@Test
	void stopProtocolIsCalledOnceHoweverOftenThePortIsClosed() {
		Echo protocol = new Echo();
		ListeningPort port = listen(protocol);
		DatagramTransport transport = protocol.transport();
		this.running.result(this.running.<Deferred<?>>call(() -> new DeferredList<>(
				List.of(port.stopListening(), port.stopListening(), transport.stopListening()))));
		this.running.result(this.running.call(port::stopListening));
		assertThat(this.events).containsExactly("started", "stopped");
		assertThat(port.listening()).isFalse();
		assertThatIllegalStateException().isThrownBy(protocol::transport);
	}

	@Test
	void aProtocolMayBeUsedAgainWhenItsPortHasClosed() throws Exception {
		Echo protocol = new Echo();
		this.running.result(this.running.call(listen(protocol)::stopListening));
		ListeningPort again = listen(protocol);
		send(again, "again");
		assertThat(receive()).isEqualTo("again");
	}

	@Test
	void aPortMayBeClosedFromWithinADatagram() throws Exception {
		ListeningPort port = listen(new Echo() {
			@Override
			protected void datagramReceived(byte[] data, InetSocketAddress address) {
				super.datagramReceived(data, address);
				transport().stopListening();
			}
		});
		send(port, "last");
		assertThat(receive()).isEqualTo("last");
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.events).containsExactly("started", "received 4", "stopped"));
	}

	@Test
	void aStopProtocolThatFailsIsCounted() {
		this.running.expectErrors(1);
		ListeningPort port = listen(new DatagramProtocol() {
			@Override
			protected void stopProtocol() throws Exception {
				throw new IOException("expected by the test");
			}
		});
		this.running.result(this.running.call(port::stopListening));
		assertThat(this.reactor.statistics().callbackErrors()).isOne();
	}

	@Test
	void whatWasWrittenBeforeThePortClosesIsSent() throws Exception {
		Echo protocol = new Echo();
		ListeningPort port = listen(protocol);
		this.running.run(() -> {
			protocol.transport().write("bye".getBytes(StandardCharsets.US_ASCII), to(this.peer));
			port.stopListening();
		});
		assertThat(receive()).isEqualTo("bye");
	}

	@Test
	void everyCallOnAClosedPortDoesNothing() throws Exception {
		Echo protocol = new Echo();
		ListeningPort port = listen(protocol);
		DatagramTransport transport = protocol.transport();
		this.running.result(this.running.call(port::stopListening));
		this.running.run(() -> useClosed(transport));
		useClosed(transport);
		this.running.result(transport.stopListening());
		assertThat(transport.getHost()).isEqualTo(port.getHost());
		assertThat(this.reactor.statistics().callbackErrors()).isZero();
	}

	private void useClosed(DatagramTransport transport) {
		transport.write(new byte[3], to(this.peer));
		transport.write(Unpooled.wrappedBuffer(new byte[3]), to(this.peer));
		transport.setTTL(1);
		transport.setLoopbackMode(true);
		transport.setBroadcastAllowed(true);
	}

	@Test
	void aDatagramForANameThatWasNotLookedUpIsRefused() {
		Echo protocol = new Echo();
		listen(protocol);
		assertThatIllegalArgumentException()
			.isThrownBy(
					() -> protocol.transport().write(new byte[1], InetSocketAddress.createUnresolved("localhost", 9)))
			.withMessageContaining("localhost");
	}

	@Test
	void aDatagramThatIsTooLongToBeSentIsRefused() {
		Echo protocol = new Echo();
		listen(protocol);
		assertThatIllegalArgumentException()
			.isThrownBy(() -> protocol.transport().write(new byte[65508], to(this.peer)))
			.withMessageContaining("65508 bytes");
	}

	@Test
	void aDatagramThatTheSystemWillNotSendLeavesThePortOpen() throws Exception {
		Echo protocol = new Echo();
		ListeningPort port = listen(protocol);
		// Nothing outside of this machine can be reached from the loopback address.
		protocol.transport().write(new byte[1], new InetSocketAddress("203.0.113.1", 9));
		// Not allowed without setBroadcastAllowed.
		protocol.transport().write(new byte[1], new InetSocketAddress("255.255.255.255", 9));
		send(port, "still open");
		assertThat(receive()).isEqualTo("still open");
	}

	@Test
	void aTimeToLiveThatCannotBeIsRefused() {
		Echo protocol = new Echo();
		listen(protocol);
		assertThatIllegalArgumentException().isThrownBy(() -> protocol.transport().setTTL(256));
		assertThatIllegalArgumentException().isThrownBy(() -> protocol.transport().setTTL(-1));
	}

	@Test
	void aPortHasNoConnectionsToCountOrLimit() {
		ListeningPort port = listen(new Echo());
		assertThat(port.connections()).isZero();
		assertThat(port.refusedConnections()).isZero();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> port.setMaxConnections(1));
	}

	// Connected

	@Test
	void aConnectedPortWritesWithoutAnAddress() throws Exception {
		Echo protocol = new Echo();
		listen(protocol);
		protocol.transport().connect("127.0.0.1", this.peer.getLocalPort());
		protocol.transport().write("one".getBytes(StandardCharsets.US_ASCII));
		protocol.transport().write(Unpooled.copiedBuffer("two", StandardCharsets.US_ASCII));
		protocol.transport().write("three".getBytes(StandardCharsets.US_ASCII), to(this.peer));
		assertThat(receive()).isEqualTo("one");
		assertThat(receive()).isEqualTo("two");
		assertThat(receive()).isEqualTo("three");
	}

	@Test
	void aConnectedPortHearsItsPeerAndNobodyElse() throws Exception {
		Echo protocol = new Echo();
		ListeningPort port = listen(protocol);
		this.running.run(() -> protocol.transport().connect("127.0.0.1", this.peer.getLocalPort()));
		try (DatagramSocket stranger = new DatagramSocket(loopback(0))) {
			stranger.send(new DatagramPacket("stranger".getBytes(StandardCharsets.US_ASCII), 8,
					new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getHost().port())));
			send(port, "peer");
			assertThat(receive()).isEqualTo("peer");
		}
		assertThat(this.events).containsExactly("started", "received 4");
	}

	@Test
	void aConnectedPortIsToldThatNobodyListensAndStaysOpen() throws Exception {
		Echo protocol = new Echo();
		ListeningPort port = listen(protocol);
		InetSocketAddress nobody = to(this.peer);
		this.peer.close();
		protocol.transport().connect("127.0.0.1", nobody.getPort());
		protocol.transport().write(new byte[1]);
		Awaitility.await().until(() -> this.events.contains("refused"));
		assertThat(port.listening()).isTrue();
		// Somebody does now.
		this.peer = new DatagramSocket(nobody);
		this.peer.setSoTimeout(10_000);
		protocol.transport().write("hello".getBytes(StandardCharsets.US_ASCII));
		assertThat(receive()).isEqualTo("hello");
		send(port, "answer");
		Awaitility.await().until(() -> this.events.contains("received 6"));
		assertThat(this.events).doesNotContain("stopped");
	}

	@Test
	void aPortThatIsNotConnectedIsNotToldThatNobodyListens() throws Exception {
		Echo protocol = new Echo();
		ListeningPort port = listen(protocol);
		try (DatagramSocket gone = new DatagramSocket(loopback(0))) {
			InetSocketAddress nobody = to(gone);
			gone.close();
			protocol.transport().write(new byte[1], nobody);
		}
		send(port, "hello");
		assertThat(receive()).isEqualTo("hello");
		assertThat(this.events).containsExactly("started", "received 5");
	}

	@Test
	void connectingTwiceIsRefused() {
		Echo protocol = new Echo();
		listen(protocol);
		protocol.transport().connect("127.0.0.1", this.peer.getLocalPort());
		assertThatIllegalStateException()
			.isThrownBy(() -> protocol.transport().connect("127.0.0.1", this.peer.getLocalPort()))
			.withMessageContaining("already");
	}

	@Test
	void connectingToANameIsRefused() {
		Echo protocol = new Echo();
		listen(protocol);
		assertThatIllegalArgumentException().isThrownBy(() -> protocol.transport().connect("localhost", 9))
			.withMessageContaining("localhost");
	}

	@Test
	void aConnectedPortWritesToNobodyElse() {
		Echo protocol = new Echo();
		listen(protocol);
		protocol.transport().connect("127.0.0.1", this.peer.getLocalPort());
		assertThatIllegalArgumentException().isThrownBy(() -> protocol.transport().write(new byte[1], loopback(9)))
			.withMessageContaining("is connected to");
	}

	@Test
	void writingWithoutAnAddressNeedsAConnection() {
		Echo protocol = new Echo();
		listen(protocol);
		assertThatIllegalStateException().isThrownBy(() -> protocol.transport().write(new byte[1]))
			.withMessageContaining("connect(host, port)");
		ByteBuf released = Unpooled.wrappedBuffer(new byte[1]);
		assertThatIllegalStateException().isThrownBy(() -> protocol.transport().write(released));
		assertThat(released.refCnt()).isZero();
	}

	@Test
	void datagramsThatCameBeforeTheReactorRanAreReceivedWhenItDoes() throws Exception {
		this.running.stop();
		ListeningPort port = this.reactor.listenUDP(loopback(0), new Echo(), 100);
		send(port, "early");
		this.reactor.start();
		assertThat(receive()).isEqualTo("early");
		this.running.stop();
		assertThat(this.events).containsExactly("started", "received 5", "stopped");
	}

	private ListeningPort listen(DatagramProtocol protocol) {
		return listen(protocol, 8192);
	}

	private ListeningPort listen(DatagramProtocol protocol, int maxPacketSize) {
		ListeningPort port = this.running.call(() -> this.reactor.listenUDP(loopback(0), protocol, maxPacketSize));
		this.ports.add(port);
		return port;
	}

	private void send(ListeningPort port, String text) throws Exception {
		send(port, text.getBytes(StandardCharsets.US_ASCII));
	}

	private void send(ListeningPort port, byte[] data) throws Exception {
		this.peer.send(new DatagramPacket(data, data.length, loopback(port.getHost().port())));
	}

	private String receive() throws Exception {
		return new String(receiveBytes(), StandardCharsets.US_ASCII);
	}

	private byte[] receiveBytes() throws Exception {
		DatagramPacket packet = new DatagramPacket(new byte[65535], 65535);
		this.peer.receive(packet);
		return Arrays.copyOf(packet.getData(), packet.getLength());
	}

	private static InetSocketAddress to(DatagramSocket socket) {
		return (InetSocketAddress) socket.getLocalSocketAddress();
	}

	private static InetSocketAddress loopback(int port) {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
	}

	/** Sends back what it gets, and remembers what happened. */
	private class Echo extends DatagramProtocol {

		@Override
		protected void startProtocol() {
			UdpTests.this.events.add("started");
		}

		@Override
		protected void stopProtocol() {
			UdpTests.this.events.add("stopped");
		}

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			UdpTests.this.events.add("received " + data.length);
			transport().write(data, address);
		}

		@Override
		protected void connectionRefused() {
			UdpTests.this.events.add("refused");
		}

	}

}
