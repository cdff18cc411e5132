package dev.twisted.interop;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

import dev.twisted.defer.Failure;
import dev.twisted.endpoints.Endpoints;
import dev.twisted.endpoints.StreamClientEndpoint;
import dev.twisted.endpoints.TCP6ClientEndpoint;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.UNIXAddress;
import dev.twisted.testing.Authority;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same descriptions of endpoints mean the same to the real Twisted at the other end.
 */
@ParameterizedClass
@EnumSource(names = { "NIO", "EPOLL" })
class TwistedEndpointTests extends InteropSetup {

	private static final String HEADER = "PROXY TCP4 192.0.2.7 192.0.2.8 1000 2000\r\n";

	private static final byte[] MESSAGE = pattern(300_000);

	private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

	@TempDir
	private Path directory;

	private String pem;

	private String roots;

	@BeforeEach
	void writeCertificates() throws Exception {
		this.pem = Files
			.writeString(this.directory.resolve("server.pem"),
					Authority.SERVER.getPrivateKeyPEM() + Authority.SERVER.getCertificatePEM())
			.toString();
		Path roots = Files.createDirectory(this.directory.resolve("roots"));
		Files.writeString(roots.resolve("root.pem"), Authority.TRUSTED.root().getCertificatePEM());
		this.roots = roots.toString();
	}

	@Test
	void aClientAtATcpEndpointTalksToOurs() throws Exception {
		int port = listen("tcp:0:interface=127.0.0.1");
		talkedToUs("tcp:127.0.0.1:" + port, "", "127.0.0.1");
	}

	@Test
	void ourTcpEndpointTalksToAServer() throws Exception {
		talksTo("tcp:0:interface=127.0.0.1", (port) -> client("tcp:127.0.0.1:" + port), "", "127.0.0.1");
	}

	@Test
	void aClientWithAnIPv6AddressTalksToOurTcp6Endpoint() throws Exception {
		assumeIPv6();
		int port = listen("tcp6:0:interface=\\:\\:1");
		talkedToUs("tcp:host=\\:\\:1:port=" + port, "", "0:0:0:0:0:0:0:1");
	}

	@Test
	void ourTcp6EndpointTalksToAServer() throws Exception {
		assumeIPv6();
		talksTo("tcp6:0:interface=\\:\\:1", (port) -> new TCP6ClientEndpoint(this.reactor, "::1", port), "", "::1");
	}

	@Test
	void aClientAtAUnixEndpointTalksToOurs() throws Exception {
		String path = socket();
		listen("unix:" + path + ":mode=600");
		talkedToUs("unix:" + path, "", "unix");
	}

	@Test
	void ourUnixEndpointTalksToAServer() throws Exception {
		String path = socket();
		talksTo("unix:" + path + ":mode=600", (port) -> client("unix:" + path), "", "None");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tls:localhost:%d:trustRoots=%s", "ssl:host=127.0.0.1:port=%d:caCertsDir=%s",
			"ssl:host=127.0.0.1:port=%d:caCertsDir=%s:hostname=localhost" })
	void aClientAtATlsEndpointTalksToOurs(String client) throws Exception {
		int port = listen("ssl:0:privateKey=%1$s:certKey=%1$s:interface=127.0.0.1".formatted(this.pem));
		talkedToUs(client.formatted(port, this.roots), "", "127.0.0.1");
	}

	@ParameterizedTest
	@ValueSource(strings = { "tls:localhost:%d:trustRoots=%s", "ssl:127.0.0.1:%d:caCertsDir=%s",
			"ssl:host=127.0.0.1:port=%d:caCertsDir=%s:hostname=localhost" })
	void ourTlsEndpointTalksToAServer(String client) throws Exception {
		talksTo("ssl:0:privateKey=%1$s:certKey=%1$s:interface=127.0.0.1".formatted(this.pem),
				(port) -> client(client.formatted(port, this.roots)), "", "127.0.0.1");
	}

	@Test
	void aClientBehindAProxyHasItsOwnAddressAtOurEndpoint() throws Exception {
		int port = listen("haproxy:tcp:0:interface=127.0.0.1");
		talkedToUs("tcp:127.0.0.1:" + port, HEADER, "192.0.2.7");
	}

	@Test
	void ourClientBehindAProxyHasItsOwnAddressAtAServer() throws Exception {
		talksTo("haproxy:tcp:0:interface=127.0.0.1", (port) -> client("tcp:127.0.0.1:" + port), HEADER, "192.0.2.7");
	}

	private static void assumeIPv6() throws IOException {
		Assumptions.assumeTrue(
				NetworkInterface.networkInterfaces()
					.flatMap(NetworkInterface::inetAddresses)
					.anyMatch((address) -> address instanceof Inet6Address && address.isLoopbackAddress()),
				"There is no IPv6 on this machine");
	}

	private String socket() {
		return Endpoints.quoteStringArgument(this.directory.resolve("socket").toString());
	}

	private int listen(String description) throws Exception {
		BlockingQueue<ListeningPort> ports = new LinkedBlockingQueue<>();
		this.reactor.callFromThread(() -> Endpoints.serverFromString(this.reactor, description)
			.listen(Factory.forProtocol(Echo::new))
			.addCallback(ports::add));
		return next(ports).getHost().port();
	}

	private StreamClientEndpoint client(String description) {
		return Endpoints.clientFromString(this.reactor, description);
	}

	/** A client of Twisted's has its message back from our server. */
	private void talkedToUs(String client, String first, String peer) throws Exception {
		try (PythonPeer python = PythonPeer.start("endpoint_client.py", client, first)) {
			assertThat(python.lines()).containsExactly("ECHOED True", "LOST ConnectionDone");
		}
		assertThat(next(this.events)).isEqualTo("peer " + peer);
		assertThat(next(this.events)).isEqualTo("lost ConnectionDone");
	}

	/** Our client has its message back from a server of Twisted's. */
	private void talksTo(String server, Client client, String first, String peer) throws Exception {
		try (PythonPeer python = PythonPeer.start("endpoint_server.py", server)) {
			StreamClientEndpoint endpoint = client.of(python.port());
			this.reactor
				.callFromThread(() -> Endpoints.connectProtocol(endpoint, new Sender(first)).addErrback((failure) -> {
					this.events.add("failed " + failure);
					return null;
				}));
			assertThat(next(this.events)).isEqualTo("echoed");
			assertThat(next(this.events)).isEqualTo("lost ConnectionDone");
			assertThat(python.line()).isEqualTo("PEER " + peer);
			assertThat(python.line()).isEqualTo("LOST ConnectionDone");
		}
	}

	private interface Client {

		StreamClientEndpoint of(int port);

	}

	private final class Echo extends Protocol {

		private boolean named;

		@Override
		protected void dataReceived(ByteBuf data) {
			if (!this.named) {
				this.named = true;
				boolean unix = transport().getPeer() instanceof UNIXAddress;
				TwistedEndpointTests.this.events.add("peer " + (unix ? "unix" : transport().getPeer().host()));
			}
			transport().write(data.retain());
		}

		@Override
		protected void connectionLost(Failure reason) {
			TwistedEndpointTests.this.events.add("lost " + nameOf(reason));
		}

	}

	private final class Sender extends Protocol {

		private final String first;

		private final ByteBuf received = Unpooled.buffer();

		Sender(String first) {
			this.first = first;
		}

		@Override
		protected void connectionMade() {
			transport().write(this.first.getBytes(StandardCharsets.US_ASCII));
			transport().write(MESSAGE);
		}

		@Override
		protected void dataReceived(ByteBuf data) {
			this.received.writeBytes(data);
			if (this.received.readableBytes() >= MESSAGE.length) {
				boolean same = this.received.equals(Unpooled.wrappedBuffer(MESSAGE));
				TwistedEndpointTests.this.events.add(same ? "echoed" : "garbled");
				transport().loseConnection();
			}
		}

		@Override
		protected void connectionLost(Failure reason) {
			TwistedEndpointTests.this.events.add("lost " + nameOf(reason));
		}

	}

}
