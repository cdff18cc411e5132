package dev.twisted.demo.client;

import java.util.function.Function;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;

/**
 * A client that holds its conversation over one TCP connection.
 *
 * @param name what to call it on the command line
 * @param server whose port it talks to
 * @param protocol makes the protocol, which fires the Deferred it is given when the
 * connection is made
 */
record TcpClient(String name, String server, Function<Deferred<Conversation>, Protocol> protocol) implements Client {

	@Override
	public Deferred<Conversation> open(Reactor reactor, String host, int port) {
		Deferred<Conversation> opened = new Deferred<>();
		reactor.connectTCP(host, port, new ConversationFactory(this.protocol, opened));
		return opened;
	}

	private static final class ConversationFactory extends ClientFactory {

		private final Function<Deferred<Conversation>, Protocol> protocol;

		private final Deferred<Conversation> opened;

		ConversationFactory(Function<Deferred<Conversation>, Protocol> protocol, Deferred<Conversation> opened) {
			this.protocol = protocol;
			this.opened = opened;
		}

		@Override
		public Protocol buildProtocol(Address address) {
			return this.protocol.apply(this.opened);
		}

		@Override
		public void clientConnectionFailed(Connector connector, Failure reason) {
			this.opened.errback(reason);
		}

	}

}
