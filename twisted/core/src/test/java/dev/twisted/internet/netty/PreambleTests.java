package dev.twisted.internet.netty;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.protocols.haproxy.ProxyProtocol;
import dev.twisted.testing.Authority;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

@EveryTransport
class PreambleTests {

	private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

	private static final String HEADER = "PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n";

	private static final IPv4Address PEER = new IPv4Address("TCP", "192.0.2.1", 56324);

	private static final IPv4Address HOST = new IPv4Address("TCP", "198.51.100.7", 443);

	@RegisterExtension
	private final RunningReactor reactor;

	private final BlockingQueue<TlsRecorder> served = new LinkedBlockingQueue<>();

	private final CopyOnWriteArrayList<Address> builtFor = new CopyOnWriteArrayList<>();

	private final ListenOptions options = ListenOptions.DEFAULTS.withPreamble(new ProxyProtocol());

	private ListeningPort port;

	PreambleTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@AfterEach
	void stopListening() {
		if (!this.port.listening()) {
			return;
		}
		this.reactor.result(this.reactor.call(this.port::stopListening));
	}

	@Test
	void theProtocolHasThePeerAndTheHostOfTheHeader() throws Exception {
		listen(this.options);
		try (Socket socket = connect()) {
			send(socket, HEADER);
			TlsRecorder server = TlsRecorder.next(this.served);
			server.awaitEvent("made");
			assertThat(server.transport().getPeer()).isEqualTo(PEER);
			assertThat(server.transport().getHost()).isEqualTo(HOST);
			assertThat(server.transport()).asString().endsWith("from 192.0.2.1:56324");
			assertThat(this.builtFor).containsExactly(PEER);
			send(socket, "hello");
			assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
		}
	}

	@Test
	void whatFollowsTheHeaderAtOnceIsDelivered() throws Exception {
		listen(this.options);
		try (Socket socket = connect()) {
			send(socket, HEADER + "hello");
			assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
		}
		TlsRecorder server = TlsRecorder.next(this.served);
		assertThat(server.awaitLost()).isInstanceOf(ConnectionDone.class);
		assertThat(server.received()).isEqualTo("hello");
	}

	@Test
	void aHeaderMayComeInPieces() throws Exception {
		listen(this.options);
		try (Socket socket = connect()) {
			socket.setTcpNoDelay(true);
			for (char c : HEADER.toCharArray()) {
				send(socket, String.valueOf(c));
				this.reactor.run(() -> {
				});
			}
			send(socket, "hello");
			assertThat(socket.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
		}
	}

	@Test
	void theHeaderStandsBeforeTls() throws Exception {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenSSL(ANY, factory(), Authority.server().build(), this.options));
		try (Socket socket = connect()) {
			send(socket, HEADER);
			talkTls(socket);
		}
		TlsRecorder server = TlsRecorder.next(this.served);
		server.awaitLost();
		assertThat(this.builtFor).containsExactly(PEER);
		assertThat(server.events).startsWith("made", "handshake", "data");
	}

	@Test
	void theHeaderMayComeTogetherWithTheFirstMessageOfTls() throws Exception {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenSSL(ANY, factory(), Authority.server().build(), this.options));
		Socket together = new Socket() {
			private OutputStream first;

			@Override
			public OutputStream getOutputStream() throws IOException {
				OutputStream out = super.getOutputStream();
				if (this.first == null) {
					this.first = new OutputStream() {
						private boolean said;

						@Override
						public void write(int b) throws IOException {
							write(new byte[] { (byte) b }, 0, 1);
						}

						@Override
						public void write(byte[] data, int offset, int length) throws IOException {
							byte[] header = this.said ? new byte[0] : HEADER.getBytes(StandardCharsets.US_ASCII);
							this.said = true;
							byte[] both = java.util.Arrays.copyOf(header, header.length + length);
							System.arraycopy(data, offset, both, header.length, length);
							out.write(both);
						}
					};
				}
				return this.first;
			}
		};
		together.setSoTimeout(20_000);
		together.connect(new InetSocketAddress(ANY.getAddress(), this.port.getHost().port()));
		try (together) {
			talkTls(together);
		}
		assertThat(TlsRecorder.next(this.served).transport().getPeer()).isEqualTo(PEER);
	}

	private static void talkTls(Socket socket) throws Exception {
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(null, Authority.TRUSTED.root().toTrustManagerFactory().getTrustManagers(), null);
		try (SSLSocket secret = (SSLSocket) context.getSocketFactory().createSocket(socket, "localhost", 0, true)) {
			secret.getOutputStream().write("hello".getBytes(StandardCharsets.US_ASCII));
			assertThat(secret.getInputStream().readNBytes(5)).asString().isEqualTo("hello");
		}
	}

	@Test
	void aConnectionWithoutAHeaderIsClosedAndCounted() throws Exception {
		listen(this.options);
		try (Socket socket = connect()) {
			send(socket, "GET / HTTP/1.1\r\n\r\n");
			assertThat(endOf(socket)).isTrue();
		}
		Awaitility.await().until(() -> this.port.connections() == 0);
		assertThat(this.port.failedHandshakes()).isOne();
		assertThat(this.builtFor).isEmpty();
	}

	@Test
	void aConnectionThatIsSilentHasTheTimeOfTheHeader() throws Exception {
		listen(ListenOptions.DEFAULTS.withPreamble(new ProxyProtocol(Duration.ofMillis(200))));
		try (Socket socket = connect()) {
			send(socket, "PROXY ");
			assertThat(endOf(socket)).isTrue();
		}
		Awaitility.await().until(() -> this.port.connections() == 0);
		assertThat(this.port.failedHandshakes()).isOne();
	}

	@Test
	void aLookFromTheLoadBalancerIsNoFailure() throws Exception {
		listen(this.options);
		connect().close();
		try (Socket socket = connect()) {
			send(socket, HEADER + "x");
			assertThat(socket.getInputStream().read()).isEqualTo('x');
		}
		Awaitility.await().until(() -> this.port.connections() == 0);
		assertThat(this.port.failedHandshakes()).isZero();
		assertThat(this.builtFor).hasSize(1);
	}

	@Test
	void aHeaderThatEndsInTheMiddleIsAFailure() throws Exception {
		listen(this.options);
		try (Socket socket = connect()) {
			send(socket, "PROXY TCP4 ");
			socket.shutdownOutput();
			assertThat(endOf(socket)).isTrue();
		}
		Awaitility.await().until(() -> this.port.failedHandshakes() == 1);
	}

	@Test
	void aReactorThatStopsDoesNotWaitForAHeader() throws Exception {
		listen(this.options);
		try (Socket socket = connect()) {
			Awaitility.await().until(() -> this.port.connections() == 1);
			long begin = System.nanoTime();
			this.reactor.stop();
			assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
			assertThat(endOf(socket)).isTrue();
		}
	}

	@Test
	void twoPortsShareAnAddressIfBothAllowIt() throws Exception {
		ListenOptions shared = ListenOptions.DEFAULTS.withReusePort(true);
		listen(shared);
		InetSocketAddress address = new InetSocketAddress(ANY.getAddress(), this.port.getHost().port());
		ListeningPort other = this.reactor.call(() -> this.reactor.get().listenTCP(address, factory(), shared));
		assertThat(other.getHost()).isEqualTo(this.port.getHost());
		this.reactor.result(this.reactor.call(other::stopListening));
		try (Socket socket = connect()) {
			send(socket, "x");
			assertThat(socket.getInputStream().read()).isEqualTo('x');
		}
	}

	private void listen(ListenOptions options) {
		this.port = this.reactor.call(() -> this.reactor.get().listenTCP(ANY, factory(), options));
	}

	private Factory factory() {
		Factory made = TlsRecorder.factory(TlsRecorder.Echo::new, this.served);
		return new Factory() {
			@Override
			public Protocol buildProtocol(Address address) throws Exception {
				PreambleTests.this.builtFor.add(address);
				return made.buildProtocol(address);
			}
		};
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket(ANY.getAddress(), this.port.getHost().port());
		socket.setSoTimeout(20_000);
		return socket;
	}

	private static void send(Socket socket, String text) throws IOException {
		socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
	}

	private static boolean endOf(Socket socket) throws IOException {
		try {
			return socket.getInputStream().read() < 0;
		}
		catch (SocketException ex) {
			return true;
		}
	}

}
