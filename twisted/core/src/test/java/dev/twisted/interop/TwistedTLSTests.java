package dev.twisted.interop;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Preamble.Introduction;
import dev.twisted.internet.Protocol;
import dev.twisted.protocols.haproxy.ProxyProtocol;
import dev.twisted.testing.Authority;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.pkitesting.X509Bundle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * TLS with the real Twisted at the other end, and what it reads in headers of the PROXY
 * protocol.
 */
@ParameterizedClass
@EnumSource(names = { "NIO", "EPOLL" })
class TwistedTLSTests extends InteropSetup {

	private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

	@TempDir
	Path directory;

	@Test
	void aClientOfTwistedTalksToOurServer() throws Exception {
		ListeningPort port = this.reactor.blockingCallFromThread(() -> this.reactor.listenSSL(ANY_PORT,
				Factory.forProtocol(Echo::new), Authority.server().build(), ListenOptions.DEFAULTS));
		try (PythonPeer client = PythonPeer.start("tls_client.py", "ssl", portOf(port.getHost()), root())) {
			assertThat(client.lines()).containsExactly("HANDSHAKE CN=server", "ECHOED True", "LOST ConnectionDone");
		}
		assertThat(next(this.events)).isEqualTo("handshake");
		assertThat(next(this.events)).isEqualTo("lost ConnectionDone");
	}

	@Test
	void aClientOfTwistedStartsTlsWithOurServer() throws Exception {
		int port = listenTCP(Factory.forProtocol(() -> new Echo() {
			@Override
			protected void dataReceived(byte[] data) {
				if (transport().getTLSSession() == null) {
					transport().write("ready".getBytes(StandardCharsets.US_ASCII));
					transport().startTLS(Authority.server().build());
				}
				else {
					super.dataReceived(data);
				}
			}
		}));
		try (PythonPeer client = PythonPeer.start("tls_client.py", "starttls", port, root())) {
			assertThat(client.lines()).containsExactly("READY", "HANDSHAKE CN=server", "ECHOED True",
					"LOST ConnectionDone");
		}
		assertThat(next(this.events)).isEqualTo("handshake");
	}

	@ParameterizedTest
	@ValueSource(strings = { "ssl", "starttls" })
	void ourClientTalksToAServerOfTwisted(String how) throws Exception {
		byte[] message = pattern(300_000);
		ByteBuf received = Unpooled.buffer();
		try (PythonPeer server = PythonPeer.start("tls_server.py", how, pem(Authority.SERVER))) {
			int port = server.port();
			ClientFactory factory = ClientFactory.forProtocol(() -> new Echo() {
				@Override
				protected void connectionMade() {
					transport().write(how.equals("ssl") ? message : "start".getBytes(StandardCharsets.US_ASCII));
				}

				@Override
				protected void dataReceived(byte[] data) {
					if (transport().getTLSSession() == null) {
						transport().startTLS(Authority.client().build());
						transport().write(message);
						return;
					}
					received.writeBytes(data);
					if (received.readableBytes() == message.length) {
						transport().loseConnection();
					}
				}
			});
			this.reactor.blockingCallFromThread(() -> how.equals("ssl")
					? this.reactor.connectSSL("127.0.0.1", port, factory, Authority.client().build())
					: this.reactor.connectTCP("127.0.0.1", port, factory));
			assertThat(next(this.events)).isEqualTo("handshake");
			assertThat(next(this.events)).isEqualTo("lost ConnectionDone");
			assertThat(received.array()).startsWith(message);
			assertThat(server.line()).isEqualTo("LOST ConnectionDone");
		}
	}

	@Test
	void headersOfTheProxyProtocolSayTheSameToBoth() throws Exception {
		List<String> headers = List.of(text("PROXY TCP4 192.0.2.1 198.51.100.7 56324 443\r\n"),
				text("PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n"), text("PROXY TCP5 192.0.2.1 198.51.100.7 1 2\r\n"),
				text("PROXY TCP4 192.0.2.1\r\n"), text("GET / HTTP/1.1\r\n\r\n"),
				"0d0a0d0a000d0a515549540a2111000cc0000201c6336407dc0401bb",
				"0d0a0d0a000d0a515549540a2112000cc0000201c6336407dc0401bb",
				"0d0a0d0a000d0a515549540a2121002420010db800000000000000000000000120010db80000000000000000000000020001ffff",
				"0d0a0d0a000d0a515549540a20000000", "0d0a0d0a000d0a515549540a21000000",
				"0d0a0d0a000d0a515549540a21410000", "0d0a0d0a000d0a515549540a1111000cc0000201c6336407dc0401bb");
		try (PythonPeer peer = PythonPeer.start("haproxy.py", headers.toArray())) {
			assertThat(peer.lines()).isEqualTo(headers.stream().map(TwistedTLSTests::read).toList());
		}
	}

	private static String text(String header) {
		return HexFormat.of().formatHex(header.getBytes(StandardCharsets.US_ASCII));
	}

	private static String read(String header) {
		try {
			Introduction said = new ProxyProtocol().read(Unpooled.wrappedBuffer(HexFormat.of().parseHex(header)));
			return describe(said.peer()) + " " + describe(said.host());
		}
		catch (Exception ex) {
			return ex.getClass().getSimpleName().replaceAll("Exception$", "");
		}
	}

	private static String describe(Address address) {
		return (address != null) ? "%s/%s/%d".formatted(address.type(), address.host(), address.port()) : "None";
	}

	private String root() throws Exception {
		return Files.writeString(this.directory.resolve("root.pem"), Authority.TRUSTED.root().getCertificatePEM())
			.toString();
	}

	private String pem(X509Bundle bundle) throws Exception {
		return Files
			.writeString(this.directory.resolve("server.pem"), bundle.getPrivateKeyPEM() + bundle.getCertificatePEM())
			.toString();
	}

	private class Echo extends Protocol implements HandshakeListener {

		@Override
		public void handshakeCompleted() {
			TwistedTLSTests.this.events.add("handshake");
		}

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

		@Override
		protected void connectionLost(Failure reason) {
			TwistedTLSTests.this.events.add("lost " + nameOf(reason));
		}

	}

}
