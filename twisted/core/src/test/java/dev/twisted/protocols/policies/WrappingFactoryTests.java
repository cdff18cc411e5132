package dev.twisted.protocols.policies;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.Protocol;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class WrappingFactoryTests {

	private final Told told = new Told();

	private final Factory wrapped = Factory.forProtocol(() -> this.told);

	private final WrappingFactory factory = new WrappingFactory(this.wrapped);

	@Test
	void everythingIsHandedOnBothWays() throws Exception {
		Line line = Line.connect(this.factory);
		line.receive("hello");
		line.protocol().deliverTlsStarting();
		line.lose();
		assertThat(this.told.events).containsExactly("made", "hello", "tls", "lost");
		assertThat(line.written()).isEqualTo("hello");
	}

	@Test
	void theWrappedProtocolKnowsItsOwnFactoryAndTheWrapperAsItsTransport() throws Exception {
		Line line = Line.connect(this.factory);
		assertThat(this.told.factory()).isSameAs(this.wrapped);
		assertThat(this.told.transport()).isSameAs(line.protocol());
		assertThat(line.protocol().factory()).isSameAs(this.factory);
	}

	@Test
	void whatTheWrappedProtocolIsBesidesTheWrapperIsToo() throws Exception {
		Line line = Line.connect(this.factory);
		assertThat(line.protocol().adapt(HalfCloseableProtocol.class)).isSameAs(this.told);
		assertThat(line.protocol().adapt(HandshakeListener.class)).isNull();
		assertThat(line.protocol().adapt(ProtocolWrapper.class)).isSameAs(line.protocol());
	}

	@Test
	void whatTheWrappedFactoryRefusesIsRefused() throws Exception {
		assertThat(Line.connect(new WrappingFactory(new Factory() {

			@Override
			public Protocol buildProtocol(Address address) {
				return null;
			}

		}))).isNull();
	}

	@Test
	void theConnectedWrappersAreKnown() throws Exception {
		Line line = Line.connect(this.factory);
		assertThat(this.factory.protocols()).containsExactly((ProtocolWrapper) line.protocol());
		line.lose();
		assertThat(this.factory.protocols()).isEmpty();
	}

	@Test
	void theWrappedFactoryIsStartedAndStoppedWithTheFirstPortAndTheLast() throws Exception {
		this.factory.doStart();
		this.factory.doStart();
		assertThat(this.wrapped.numPorts()).isEqualTo(1);
		this.factory.doStop();
		this.factory.doStop();
		assertThat(this.wrapped.numPorts()).isZero();
	}

	@Test
	void aWrappedClientFactoryHearsHowConnectingWent() {
		AtomicInteger heard = new AtomicInteger();
		ClientFactory client = new ClientFactory() {

			@Override
			public Protocol buildProtocol(Address address) {
				return new Told();
			}

			@Override
			public void startedConnecting(Connector connector) {
				heard.addAndGet(1);
			}

			@Override
			public void clientConnectionFailed(Connector connector, Failure reason) {
				heard.addAndGet(10);
			}

			@Override
			public void clientConnectionLost(Connector connector, Failure reason) {
				heard.addAndGet(100);
			}

		};
		WrappingFactory wrapping = new WrappingFactory(client);
		Failure reason = new Failure(new IOException("as expected"));
		wrapping.startedConnecting(null);
		wrapping.clientConnectionFailed(null, reason);
		wrapping.clientConnectionLost(null, reason);
		assertThat(heard).hasValue(111);
		this.factory.clientConnectionLost(null, reason);
	}

}
