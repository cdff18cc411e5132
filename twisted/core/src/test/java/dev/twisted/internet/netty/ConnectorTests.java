package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.Connector;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.NotConnectingException;
import dev.twisted.internet.NotInReactorThreadException;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.UserException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@EveryTransport
class ConnectorTests {

	@RegisterExtension
	private final RunningReactor reactor;

	private ListeningPort port;

	ConnectorTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@BeforeEach
	void listen() {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(TcpEchoTests.Echo::new), 50));
	}

	@AfterEach
	void stopListening() {
		if (!this.reactor.get().running()) {
			return;
		}
		this.reactor.result(this.reactor.call(this.port::stopListening));
	}

	private Connector connect(ClientFactory factory) {
		return this.reactor.call(() -> this.reactor.get().connectTCP("127.0.0.1", this.port.getHost().port(), factory));
	}

	@Test
	void aClientTalksToAServerAndBothSidesCloseCleanly() {
		Client client = new Client();
		Connector connector = connect(client);
		assertThat(connector.getDestination()).hasToString("127.0.0.1:" + this.port.getHost().port());
		Awaitility.await().until(() -> client.protocol.connected());
		client.protocol.write("hello");
		Awaitility.await().until(() -> client.protocol.received().equals("hello"));
		this.reactor.run(connector::disconnect);
		Awaitility.await().until(() -> client.events.contains("stopped"));
		assertThat(client.events).containsExactly("started", "connecting", "built", "lost", "stopped");
		assertThat(client.protocol.reason.value()).isInstanceOf(ConnectionDone.class);
		assertThat(client.reason.value()).isInstanceOf(ConnectionDone.class);
	}

	@Test
	void aNameIsLookedUp() {
		Client client = new Client();
		Connector connector = this.reactor
			.call(() -> this.reactor.get().connectTCP("localhost", this.port.getHost().port(), client));
		Awaitility.await().until(() -> client.protocol.connected());
		this.reactor.run(connector::disconnect);
		Awaitility.await().until(() -> client.events.contains("stopped"));
	}

	@Test
	void aRefusedConnectionFailsWithThatReason() throws Exception {
		int unused;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			unused = socket.getLocalPort();
		}
		Client client = new Client();
		this.reactor.run(() -> this.reactor.get().connectTCP("127.0.0.1", unused, client));
		Awaitility.await().until(() -> client.events.contains("stopped"));
		assertThat(client.events).containsExactly("started", "connecting", "failed", "stopped");
		assertThat(client.reason.value()).isInstanceOf(ConnectionRefusedException.class)
			.hasMessageContaining("127.0.0.1:" + unused);
	}

	@Test
	void aConnectionThatTakesTooLongFailsWithATimeout() throws Exception {
		// A full backlog answers nobody.
		try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			List<java.nio.channels.SocketChannel> fillers = new java.util.ArrayList<>();
			for (int i = 0; i < 8; i++) {
				java.nio.channels.SocketChannel filler = java.nio.channels.SocketChannel.open();
				filler.configureBlocking(false);
				filler.connect(deaf.getLocalSocketAddress());
				fillers.add(filler);
			}
			Client client = new Client();
			this.reactor.run(() -> this.reactor.get()
				.connectTCP("127.0.0.1", deaf.getLocalPort(), client, Duration.ofMillis(200), null));
			Awaitility.await().until(() -> client.events.contains("stopped"));
			assertThat(client.reason.value()).isInstanceOf(TimeoutException.class);
			for (java.nio.channels.SocketChannel filler : fillers) {
				filler.close();
			}
		}
	}

	@Test
	void stopConnectingFailsWithUserExceptionAndASecondTimeThereIsNothingToStop() {
		Client client = new Client();
		this.reactor.run(() -> {
			Connector connector = this.reactor.get().connectTCP("127.0.0.1", this.port.getHost().port(), client);
			connector.stopConnecting();
			assertThat(client.events).containsExactly("started", "connecting", "failed", "stopped");
			assertThat(client.reason.value()).isInstanceOf(UserException.class);
			assertThatExceptionOfType(NotConnectingException.class).isThrownBy(connector::stopConnecting);
		});
	}

	@Test
	void connectingTwiceAtOnceIsRefused() {
		Client client = new Client();
		Connector connector = connect(client);
		this.reactor.run(() -> assertThatIllegalStateException().isThrownBy(connector::connect));
		Awaitility.await().until(() -> client.protocol.connected());
		this.reactor.run(connector::disconnect);
		Awaitility.await().until(() -> client.events.contains("stopped"));
	}

	@Test
	void aFactoryMayConnectAgainWhenItsConnectionIsLost() {
		Client client = new Client() {

			private int times;

			@Override
			public void clientConnectionLost(Connector connector, Failure reason) {
				super.clientConnectionLost(connector, reason);
				if (++this.times < 3) {
					connector.connect();
				}
			}

			@Override
			public Protocol buildProtocol(Address address) {
				super.buildProtocol(address);
				this.protocol = new Recorder() {

					@Override
					protected void connectionMade() {
						transport().loseConnection();
					}

				};
				return this.protocol;
			}

		};
		connect(client);
		Awaitility.await().until(() -> client.events.contains("stopped"));
		assertThat(client.events).containsExactly("started", "connecting", "built", "lost", "connecting", "built",
				"lost", "connecting", "built", "lost", "stopped");
	}

	@Test
	void aFactoryThatBuildsNoProtocolLosesItsConnection() {
		Client client = new Client() {

			@Override
			public Protocol buildProtocol(Address address) {
				return null;
			}

		};
		connect(client);
		Awaitility.await().until(() -> client.events.contains("stopped"));
		assertThat(client.events).containsExactly("started", "connecting", "lost", "stopped");
	}

	@Test
	void aFactoryThatThrowsFailsWithThatReason() {
		this.reactor.expectErrors(1);
		IllegalStateException why = new IllegalStateException("no protocol today");
		Client client = new Client() {

			@Override
			public Protocol buildProtocol(Address address) {
				throw why;
			}

		};
		connect(client);
		Awaitility.await().until(() -> client.events.contains("stopped"));
		assertThat(client.events).containsExactly("started", "connecting", "failed", "stopped");
		assertThat(client.reason.value()).isSameAs(why);
	}

	@Test
	void anExceptionInConnectionMadeOfAClientClosesItWithThatReason() {
		this.reactor.expectErrors(1);
		IllegalStateException why = new IllegalStateException("cold feet");
		Client client = new Client() {

			@Override
			public Protocol buildProtocol(Address address) {
				super.buildProtocol(address);
				this.protocol = new Recorder() {

					@Override
					protected void connectionMade() {
						throw why;
					}

				};
				return this.protocol;
			}

		};
		connect(client);
		Awaitility.await().until(() -> client.events.contains("stopped"));
		assertThat(client.protocol.reason.value()).isSameAs(why);
		assertThat(client.reason.value()).isSameAs(why);
	}

	@Test
	void aClientMayBindItsOwnAddress() {
		Client client = new Client();
		Connector connector = this.reactor.call(() -> this.reactor.get()
			.connectTCP("127.0.0.1", this.port.getHost().port(), client, Duration.ofSeconds(5),
					new InetSocketAddress("127.0.0.2", 0)));
		Awaitility.await().until(() -> client.protocol.connected());
		assertThat(client.protocol.transport().getHost().host()).isEqualTo("127.0.0.2");
		this.reactor.run(connector::disconnect);
		Awaitility.await().until(() -> client.events.contains("stopped"));
	}

	@Test
	void connectingFromAnotherThreadFailsAndNamesCallFromThread() {
		assertThatExceptionOfType(NotInReactorThreadException.class)
			.isThrownBy(() -> this.reactor.get().connectTCP("127.0.0.1", 1, new Client()))
			.withMessageContaining("callFromThread");
	}

	@Test
	void aReactorThatStopsGivesUpConnecting() throws Exception {
		try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			List<java.nio.channels.SocketChannel> fillers = new java.util.ArrayList<>();
			for (int i = 0; i < 8; i++) {
				java.nio.channels.SocketChannel filler = java.nio.channels.SocketChannel.open();
				filler.configureBlocking(false);
				filler.connect(deaf.getLocalSocketAddress());
				fillers.add(filler);
			}
			Client client = new Client();
			this.reactor.run(() -> this.reactor.get().connectTCP("127.0.0.1", deaf.getLocalPort(), client));
			this.reactor.stop();
			assertThat(client.events).containsExactly("started", "connecting", "failed", "stopped");
			for (java.nio.channels.SocketChannel filler : fillers) {
				filler.close();
			}
		}
	}

	private static class Client extends ClientFactory {

		final List<String> events = new CopyOnWriteArrayList<>();

		volatile Recorder protocol = new Recorder();

		volatile Failure reason;

		@Override
		protected void startFactory() {
			this.events.add("started");
		}

		@Override
		protected void stopFactory() {
			this.events.add("stopped");
		}

		@Override
		public void startedConnecting(Connector connector) {
			this.events.add("connecting");
		}

		@Override
		public Protocol buildProtocol(Address address) {
			this.events.add("built");
			return this.protocol;
		}

		@Override
		public void clientConnectionFailed(Connector connector, Failure reason) {
			this.reason = reason;
			this.events.add("failed");
		}

		@Override
		public void clientConnectionLost(Connector connector, Failure reason) {
			this.reason = reason;
			this.events.add("lost");
		}

	}

}
