package dev.twisted.endpoints;

import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.Protocol;
import dev.twisted.protocols.policies.ProtocolWrapper;
import dev.twisted.protocols.policies.WrappingFactory;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class RelayTests {

	private final List<String> events = new ArrayList<>();

	private final Able able = new Able();

	private final Relay relay = new Relay(wrapped(wrapped(this.able)), new Relay.Watcher() {

		@Override
		public void secured(Relay relay) {
			RelayTests.this.events.add("secured");
		}

		@Override
		public void lost(Relay relay, Failure reason) {
			RelayTests.this.events.add("lost");
		}

	});

	@Test
	void whatIsBehindAPolicyIsToldThatADirectionIsClosed() {
		assertThat(this.relay.adapt(HalfCloseableProtocol.class)).isSameAs(this.able);
	}

	@Test
	void whatIsBehindAPolicyIsToldOfTheHandshakeBeforeTheWatcher() throws Exception {
		this.relay.adapt(HandshakeListener.class).handshakeCompleted();
		assertThat(this.events).containsExactly("handshake", "secured");
	}

	@Test
	void aRelayCannotWhatItsProtocolCannot() {
		Relay plain = new Relay(wrapped(new Protocol() {
		}), (connection, reason) -> {
		});
		assertThat(plain.adapt(HalfCloseableProtocol.class)).isNull();
	}

	private static ProtocolWrapper wrapped(Protocol protocol) {
		return new ProtocolWrapper(new WrappingFactory(Factory.forProtocol(() -> protocol)), protocol);
	}

	/**
	 * A protocol that can more than others.
	 */
	private final class Able extends Protocol implements HalfCloseableProtocol, HandshakeListener {

		@Override
		public void readConnectionLost() {
		}

		@Override
		public void writeConnectionLost() {
		}

		@Override
		public void handshakeCompleted() {
			RelayTests.this.events.add("handshake");
		}

	}

}
