package dev.twisted.endpoints;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.Connector;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.NotConnectingException;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.ReconnectingClientFactory;
import dev.twisted.internet.netty.EveryTransport;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.testing.Authority;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Client factories that connect through endpoints.
 */
@EveryTransport
class EndpointConnectorTests {

	private static final Exception REFUSED = new IllegalStateException("refused");

	@RegisterExtension
	private final RunningReactor running;

	private final BlockingQueue<Protocol> made = new LinkedBlockingQueue<>();

	private final List<String> events = new CopyOnWriteArrayList<>();

	private final Clients factory = new Clients();

	private final FakeEndpoint fake = new FakeEndpoint();

	EndpointConnectorTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	private Connector connect(StreamClientEndpoint endpoint) {
		return this.running.call(() -> Endpoints.connectFactory(this.running.get(), endpoint, this.factory));
	}

	private Protocol nextMade() throws InterruptedException {
		Protocol protocol = this.made.poll(20, TimeUnit.SECONDS);
		assertThat(protocol).isNotNull();
		return protocol;
	}

	@Test
	void aFactoryThatReconnectsDoesSoThroughAnyEndpoint() throws Exception {
		ListeningPort port = listen();
		Connector connector = connect(tls(port, Authority.client().build()));
		Protocol first = nextMade();
		first.transport().abortConnection();
		Protocol second = nextMade();
		assertThat(second).isNotSameAs(first);
		this.running.run(this.factory::stopTrying);
		connector.disconnect();
		this.running.result(this.running.call(port::stopListening));
		assertThat(this.events).startsWith("started", "lost ConnectionAborted", "started");
		assertThat(connector.getDestination().host()).contains("tcp:127.0.0.1:" + port.getHost().port());
		assertThat(connector.reactor()).isSameAs(this.running.get());
	}

	@Test
	void anAttemptThatFailsIsToldAndRepeated() throws Exception {
		Connector connector = connect(this.fake);
		this.running.run(() -> this.fake.last().fail(REFUSED));
		Awaitility.await().until(() -> this.events.size() == 3);
		this.running.run(() -> {
			this.factory.stopTrying();
			connector.disconnect();
		});
		assertThat(this.events).containsExactly("started", "failed IllegalStateException", "started",
				"failed UserException");
	}

	@Test
	void whatIsConnectingOrConnectedCannotConnectAgain() throws Exception {
		Connector connector = connect(this.fake);
		assertThatIllegalStateException().isThrownBy(connector::connect).withMessageContaining("fake");
		this.running.run(() -> this.fake.last().succeed());
		assertThatIllegalStateException().isThrownBy(connector::connect);
		assertThatExceptionOfType(NotConnectingException.class).isThrownBy(connector::stopConnecting);
		this.factory.stopTrying();
		this.running.run(() -> this.fake.last().lose());
		assertThat(this.events).containsExactly("started", "lost ConnectionDone");
	}

	@Test
	void aConnectionWhoseHandshakeFailsHasFailedAndIsNotLost() {
		ListeningPort port = listen();
		this.factory.stopTrying();
		connect(tls(port, Authority.UNKNOWN.trust().build()));
		Awaitility.await().until(() -> this.events.size() == 2);
		this.running.result(this.running.call(port::stopListening));
		assertThat(this.events).containsExactly("started", "failed ConnectionLost");
	}

	private ListeningPort listen() {
		return this.running.call(() -> this.running.get()
			.listenSSL(new InetSocketAddress("127.0.0.1", 0), Factory.forProtocol(Silent::new),
					Authority.server().build(), ListenOptions.DEFAULTS));
	}

	private StreamClientEndpoint tls(ListeningPort port, ContextFactory contextFactory) {
		return Endpoints.wrapClientTLS(contextFactory,
				Endpoints.clientFromString(this.running.get(), "tcp:127.0.0.1:" + port.getHost().port()));
	}

	private static final class Silent extends Protocol {

	}

	private final class Secured extends Protocol implements HandshakeListener {

		@Override
		public void handshakeCompleted() {
			EndpointConnectorTests.this.made.add(this);
		}

	}

	private final class Clients extends ReconnectingClientFactory {

		Clients() {
			setInitialDelay(Duration.ofMillis(1));
		}

		@Override
		public Protocol buildProtocol(Address address) {
			return new Secured();
		}

		@Override
		public void startedConnecting(Connector connector) {
			super.startedConnecting(connector);
			EndpointConnectorTests.this.events.add("started");
		}

		@Override
		public void clientConnectionFailed(Connector connector, Failure reason) {
			EndpointConnectorTests.this.events.add("failed " + reason.type().getSimpleName());
			super.clientConnectionFailed(connector, reason);
		}

		@Override
		public void clientConnectionLost(Connector connector, Failure reason) {
			EndpointConnectorTests.this.events.add("lost " + reason.type().getSimpleName());
			super.clientConnectionLost(connector, reason);
		}

	}

}
