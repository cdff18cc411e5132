package dev.twisted.endpoints;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Address;
import dev.twisted.internet.CannotListenException;
import dev.twisted.internet.ConnectingCancelledException;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.NotInReactorThreadException;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.EveryTransport;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.testing.Authority;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

@EveryTransport
class EndpointTests {

	@RegisterExtension
	private final RunningReactor reactor;

	private final List<ListeningPort> ports = new CopyOnWriteArrayList<>();

	@TempDir
	Path directory;

	EndpointTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@AfterEach
	void stopListening() {
		this.ports.forEach((port) -> this.reactor.result(this.reactor.call(port::stopListening)));
	}

	private Reactor reactor() {
		return this.reactor.get();
	}

	private ListeningPort listen(StreamServerEndpoint endpoint) {
		ListeningPort port = this.reactor
			.result(this.reactor.call(() -> endpoint.listen(Factory.forProtocol(Echo::new))));
		this.ports.add(port);
		return port;
	}

	private Talker talk(StreamClientEndpoint endpoint) {
		Talker talker = connected(endpoint, new Talker());
		talker.transport().write("hello".getBytes(StandardCharsets.UTF_8));
		assertThat(talker.next()).isEqualTo("hello");
		return talker;
	}

	private Talker connected(StreamClientEndpoint endpoint, Talker talker) {
		Talker connected = this.reactor.result(this.reactor.call(() -> Endpoints.connectProtocol(endpoint, talker)));
		assertThat(connected).isSameAs(talker);
		return talker;
	}

	private void close(Talker talker) {
		talker.transport().loseConnection();
		Awaitility.await().until(() -> talker.reason != null);
	}

	private Throwable failureOf(StreamClientEndpoint endpoint, Protocol protocol) {
		return failureOf(this.reactor.call(() -> Endpoints.connectProtocol(endpoint, protocol)));
	}

	private static Throwable failureOf(Deferred<?> deferred) {
		Outcome outcome = Outcome.of(deferred);
		Awaitility.await().until(() -> !outcome.none());
		return outcome.exception();
	}

	private static int unusedPort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	private StreamServerEndpoint server(String description) {
		return Endpoints.serverFromString(reactor(), description);
	}

	private StreamClientEndpoint client(String description) {
		return Endpoints.clientFromString(reactor(), description);
	}

	@Test
	void clientsAndServersOfTcpTalk() {
		ListeningPort port = listen(server("tcp:0:interface=127.0.0.1"));
		close(talk(client("tcp:127.0.0.1:" + port.getHost().port())));
	}

	@Test
	void aHostNameIsLookedUpAndConnectedTo() {
		ListeningPort port = listen(server("tcp:0:interface=127.0.0.1"));
		close(talk(new HostnameEndpoint(reactor(), "localhost", port.getHost().port())));
	}

	@Test
	void clientsAndServersOfIPv6Talk() {
		ListeningPort port = listen(server("tcp6:0:interface=\\:\\:1"));
		close(talk(new TCP6ClientEndpoint(reactor(), "::1", port.getHost().port())));
	}

	@Test
	void anIPv6EndpointKnowsNoIPv4Address() {
		assertThat(failureOf(new TCP6ClientEndpoint(reactor(), "127.0.0.1", 1), new Talker()))
			.isInstanceOf(DNSLookupException.class);
	}

	@Test
	void clientsAndServersOfUnixSocketsTalk() {
		String path = Endpoints.quoteStringArgument(this.directory.resolve("socket").toString());
		listen(server("unix:" + path + ":mode=600"));
		close(talk(client("unix:" + path)));
	}

	@Test
	void clientsAndServersOfTlsTalk() {
		ListeningPort port = listen(
				new SSL4ServerEndpoint(reactor(), 0, Authority.server().build(), "127.0.0.1", ListenOptions.DEFAULTS));
		Talker talker = talk(
				new SSL4ClientEndpoint(reactor(), "127.0.0.1", port.getHost().port(), Authority.client().build()));
		assertThat(talker.transport().getTLSSession()).isNotNull();
		close(talker);
	}

	@Test
	void anyEndpointCanBeWrappedInTls() {
		ListeningPort port = listen(
				new SSL4ServerEndpoint(reactor(), 0, Authority.server().build(), "127.0.0.1", ListenOptions.DEFAULTS));
		// The name is in the certificate; of the addresses that it may have one is too.
		close(talk(Endpoints.wrapClientTLS(Authority.client().build(),
				new HostnameEndpoint(reactor(), "localhost", port.getHost().port()))));
		close(talk(Endpoints.wrapClientTLS(Authority.client().build(),
				new TCP4ClientEndpoint(reactor(), "127.0.0.1", port.getHost().port()))));
	}

	@Test
	void whatAProtocolWritesAtOnceGoesOutUnderTlsWhenTheEndpointIsWrapped() {
		ListeningPort port = listen(
				new SSL4ServerEndpoint(reactor(), 0, Authority.server().build(), "127.0.0.1", ListenOptions.DEFAULTS));
		Talker talker = connected(Endpoints.wrapClientTLS(Authority.client().build(),
				new TCP4ClientEndpoint(reactor(), "127.0.0.1", port.getHost().port())), new Talker() {

					@Override
					protected void connectionMade() {
						transport().write("early".getBytes(StandardCharsets.UTF_8));
					}

				});
		assertThat(talker.next()).isEqualTo("early");
		close(talker);
	}

	@Test
	void aHandshakeThatFailsFailsTheConnection() {
		ListeningPort port = listen(
				new SSL4ServerEndpoint(reactor(), 0, Authority.server().build(), "127.0.0.1", ListenOptions.DEFAULTS));
		int number = port.getHost().port();
		for (StreamClientEndpoint endpoint : List.of(
				new SSL4ClientEndpoint(reactor(), "127.0.0.1", number, Authority.UNKNOWN.trust().build()),
				Endpoints.wrapClientTLS(Authority.UNKNOWN.trust().build(),
						new TCP4ClientEndpoint(reactor(), "127.0.0.1", number)),
				Endpoints.wrapClientTLS(Authority.client().hostname("other.example").build(),
						new TCP4ClientEndpoint(reactor(), "127.0.0.1", number)))) {
			Talker talker = new Talker();
			assertThat(failureOf(endpoint, talker)).isInstanceOf(ConnectionLost.class)
				.hasCauseInstanceOf(SSLException.class);
			assertThat(talker.reason.value()).isInstanceOf(ConnectionLost.class);
		}
	}

	@Test
	void aServerBehindAProxySeesWhoTheClientIs() throws IOException {
		ListeningPort port = listen(server("haproxy:tcp:0:interface=127.0.0.1"));
		try (Socket socket = new Socket("127.0.0.1", port.getHost().port())) {
			socket.setSoTimeout(10_000);
			OutputStream out = socket.getOutputStream();
			out.write("PROXY TCP4 192.0.2.7 192.0.2.8 1000 2000\r\nwho".getBytes(StandardCharsets.US_ASCII));
			InputStream in = socket.getInputStream();
			assertThat(new String(in.readNBytes(14), StandardCharsets.US_ASCII)).isEqualTo("192.0.2.7:1000");
		}
	}

	@Test
	void aPortThatIsTakenFailsTheDeferred() {
		ListeningPort port = listen(server("tcp:0:interface=127.0.0.1"));
		Deferred<ListeningPort> second = this.reactor
			.call(() -> server("tcp:%d:interface=127.0.0.1".formatted(port.getHost().port()))
				.listen(Factory.forProtocol(Echo::new)));
		assertThat(failureOf(second)).isInstanceOf(CannotListenException.class);
	}

	@Test
	void anInterfaceThatIsNoneFailsTheDeferred() {
		Deferred<ListeningPort> listening = this.reactor
			.call(() -> server("tcp:0:interface=1.2.3.4.5").listen(Factory.forProtocol(Echo::new)));
		assertThat(failureOf(listening)).isInstanceOf(java.net.UnknownHostException.class);
	}

	@Test
	void anAdoptedChannelIsListenedAtOnce() throws IOException {
		ServerSocketChannel channel = ServerSocketChannel.open();
		channel.bind(new InetSocketAddress("127.0.0.1", 0));
		AdoptedStreamServerEndpoint endpoint = new AdoptedStreamServerEndpoint(reactor(), channel);
		ListeningPort port = listen(endpoint);
		close(talk(client("tcp:127.0.0.1:" + port.getHost().port())));
		assertThat(failureOf(this.reactor.call(() -> endpoint.listen(Factory.forProtocol(Echo::new)))))
			.isInstanceOf(AlreadyListenedException.class);
	}

	@Test
	void aRefusedConnectionFailsTheDeferred() throws IOException {
		int unused = unusedPort();
		assertThat(failureOf(client("tcp:127.0.0.1:" + unused), new Talker()))
			.isInstanceOf(ConnectionRefusedException.class);
		assertThat(failureOf(new HostnameEndpoint(reactor(), "127.0.0.1", unused), new Talker()))
			.isInstanceOf(ConnectionRefusedException.class);
	}

	@Test
	void aFactoryThatBuildsNoProtocolFailsTheDeferred() {
		ListeningPort port = listen(server("tcp:0:interface=127.0.0.1"));
		Deferred<Protocol> connecting = this.reactor
			.call(() -> client("tcp:127.0.0.1:" + port.getHost().port()).connect(new Factory() {

				@Override
				public Protocol buildProtocol(Address address) {
					return null;
				}

			}));
		assertThat(failureOf(connecting)).isInstanceOf(NoProtocolException.class);
	}

	@Test
	void aFactoryThatThrowsFailsTheDeferred() {
		this.reactor.expectAnyErrors();
		ListeningPort port = listen(server("tcp:0:interface=127.0.0.1"));
		IllegalStateException thrown = new IllegalStateException("no protocol today");
		Deferred<Protocol> connecting = this.reactor
			.call(() -> client("tcp:127.0.0.1:" + port.getHost().port()).connect(new Factory() {

				@Override
				public Protocol buildProtocol(Address address) {
					throw thrown;
				}

			}));
		assertThat(failureOf(connecting)).isSameAs(thrown);
	}

	@Test
	void aProtocolThatThrowsInConnectionMadeFailsTheDeferred() {
		this.reactor.expectAnyErrors();
		ListeningPort port = listen(server("tcp:0:interface=127.0.0.1"));
		IllegalStateException thrown = new IllegalStateException("not today");
		assertThat(failureOf(client("tcp:127.0.0.1:" + port.getHost().port()), new Protocol() {

			@Override
			protected void connectionMade() {
				throw thrown;
			}

		})).isSameAs(thrown);
	}

	@Test
	void aFactoryThatDoesNotStartFailsTheDeferred() {
		IllegalStateException thrown = new IllegalStateException("not ready");
		Deferred<Protocol> connecting = this.reactor.call(() -> client("tcp:127.0.0.1:1").connect(new Factory() {

			@Override
			protected void startFactory() {
				throw thrown;
			}

			@Override
			public Protocol buildProtocol(Address address) {
				return new Talker();
			}

		}));
		assertThat(failureOf(connecting)).isSameAs(thrown);
	}

	@Test
	void callsOnAnotherThreadFailTheDeferred() {
		assertThat(failureOf(client("tcp:127.0.0.1:1").connect(Factory.forProtocol(Talker::new))))
			.isInstanceOf(NotInReactorThreadException.class);
		assertThat(failureOf(server("tcp:0").listen(Factory.forProtocol(Talker::new))))
			.isInstanceOf(NotInReactorThreadException.class);
	}

	@Test
	void connectingMayBeCancelledFromAnotherThread() throws IOException {
		try (ServerSocket full = fullServer()) {
			for (StreamClientEndpoint endpoint : List.of(client("tcp:127.0.0.1:" + full.getLocalPort()),
					new HostnameEndpoint(reactor(), "127.0.0.1", full.getLocalPort()))) {
				Deferred<Talker> connecting = this.reactor
					.call(() -> Endpoints.connectProtocol(endpoint, new Talker()));
				connecting.cancel();
				assertThat(failureOf(connecting)).isInstanceOf(ConnectingCancelledException.class)
					.hasMessageContaining("127.0.0.1:" + full.getLocalPort());
			}
		}
	}

	@Test
	void aTimeoutOfTheDeferredIsOne() throws IOException {
		try (ServerSocket full = fullServer()) {
			Deferred<Talker> connecting = this.reactor
				.call(() -> Endpoints.connectProtocol(client("tcp:127.0.0.1:" + full.getLocalPort()), new Talker())
					.addTimeout(Duration.ofMillis(20), reactor()));
			assertThat(failureOf(connecting)).isInstanceOf(TimeoutException.class);
		}
	}

	@Test
	void aHandshakeMayBeCancelled() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"))) {
			StreamClientEndpoint tcp = client("tcp:127.0.0.1:" + silent.getLocalPort());
			for (StreamClientEndpoint endpoint : List.of(Endpoints.wrapClientTLS(Authority.client().build(), tcp),
					new SSL4ClientEndpoint(reactor(), "127.0.0.1", silent.getLocalPort(),
							Authority.client().build()))) {
				Talker talker = new Talker();
				Deferred<Talker> connecting = this.reactor.call(() -> Endpoints.connectProtocol(endpoint, talker));
				Awaitility.await().until(talker::connected);
				connecting.cancel();
				assertThat(failureOf(connecting)).isInstanceOf(ConnectingCancelledException.class);
				Awaitility.await().until(() -> talker.reason != null);
			}
		}
	}

	@Test
	void aClientServiceKeepsConnectedAndMayBeUsedFromAnyThread() throws Exception {
		ListeningPort port = listen(server("tcp:0:interface=127.0.0.1"));
		ClientService service = new ClientService(client("tcp:127.0.0.1:" + port.getHost().port()),
				Factory.forProtocol(Talker::new),
				new BackoffPolicy(Duration.ofMillis(1), Duration.ofMillis(10), 1.5, () -> Duration.ZERO), reactor(),
				null);
		service.startService();
		Talker first = (Talker) this.reactor.result(service.whenConnected());
		assertThat(first.factory()).isNotNull();
		first.transport().abortConnection();
		Awaitility.await().until(() -> first.reason != null);
		Talker second = (Talker) this.reactor.result(service.whenConnected());
		assertThat(second).isNotSameAs(first);
		this.reactor.result(service.stopService());
		assertThat(second.reason).isNotNull();
		assertThat(service.state()).isEqualTo(ClientService.State.STOPPED);
	}

	/** A server that accepts nothing: attempts to connect to it hang. */
	private static ServerSocket fullServer() throws IOException {
		ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
		for (int i = 0; i < 3; i++) {
			Socket filler = new Socket();
			try {
				filler.connect(server.getLocalSocketAddress(), 100);
			}
			catch (IOException ex) {
				break;
			}
		}
		return server;
	}

	private static final class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			boolean who = new String(data, StandardCharsets.UTF_8).equals("who");
			transport().write(who ? transport().getPeer().toString().getBytes(StandardCharsets.UTF_8) : data);
		}

	}

	private static class Talker extends Protocol {

		private final BlockingQueue<String> received = new LinkedBlockingQueue<>();

		volatile Failure reason;

		@Override
		protected void dataReceived(byte[] data) {
			this.received.add(new String(data, StandardCharsets.UTF_8));
		}

		@Override
		protected void connectionLost(Failure reason) {
			this.reason = reason;
		}

		String next() {
			try {
				return this.received.poll(10, TimeUnit.SECONDS);
			}
			catch (InterruptedException ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
