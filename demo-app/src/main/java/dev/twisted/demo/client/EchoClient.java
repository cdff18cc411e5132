package dev.twisted.demo.client;

import java.io.ByteArrayOutputStream;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.Connector;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes and waits until as many have come back.
 */
final class EchoClient implements Client {

	@Override
	public String name() {
		return "echo";
	}

	@Override
	public String server() {
		return "echo";
	}

	@Override
	public Deferred<Conversation> open(Reactor reactor, String host, int port) {
		Deferred<Conversation> opened = new Deferred<>();
		reactor.connectTCP(host, port, new EchoFactory(opened));
		return opened;
	}

	private static final class EchoFactory extends ClientFactory {

		private final Deferred<Conversation> opened;

		EchoFactory(Deferred<Conversation> opened) {
			this.opened = opened;
		}

		@Override
		public Protocol buildProtocol(Address address) {
			return new EchoProtocol(this.opened);
		}

		@Override
		public void clientConnectionFailed(Connector connector, Failure reason) {
			this.opened.errback(reason);
		}

	}

	private static final class EchoProtocol extends Protocol implements Conversation {

		private final Deferred<Conversation> opened;

		private final ByteArrayOutputStream received = new ByteArrayOutputStream();

		private int expected;

		private @Nullable Deferred<byte[]> answer;

		private @Nullable Failure lost;

		EchoProtocol(Deferred<Conversation> opened) {
			this.opened = opened;
		}

		@Override
		protected void connectionMade() {
			this.opened.callback(this);
		}

		@Override
		public Deferred<byte[]> ask(byte[] question) {
			if (this.lost != null) {
				return Deferred.fail(this.lost);
			}
			if (question.length == 0) {
				return Deferred.succeed(question);
			}
			Deferred<byte[]> answer = new Deferred<>();
			this.answer = answer;
			this.expected = question.length;
			transport().write(question);
			return answer;
		}

		@Override
		protected void dataReceived(byte[] data) {
			this.received.writeBytes(data);
			Deferred<byte[]> waiting = this.answer;
			if (waiting != null && this.received.size() >= this.expected) {
				this.answer = null;
				byte[] bytes = this.received.toByteArray();
				this.received.reset();
				waiting.callback(bytes);
			}
		}

		@Override
		protected void connectionLost(Failure reason) {
			Failure why = (reason.check(ConnectionDone.class) != null)
					? new Failure(new IllegalStateException("The server closed the connection")) : reason;
			this.lost = why;
			Deferred<byte[]> waiting = this.answer;
			if (waiting != null) {
				this.answer = null;
				waiting.errback(why);
			}
		}

		@Override
		public void close() {
			transport().loseConnection();
		}

	}

}
