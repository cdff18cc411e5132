package dev.twisted.endpoints;

import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.Factory;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.Protocol;

/**
 * An endpoint whose attempts succeed and fail when the test says so.
 */
final class FakeEndpoint implements StreamClientEndpoint {

	final List<Attempt> attempts = new ArrayList<>();

	@Override
	public Deferred<Protocol> connect(Factory factory) {
		Attempt attempt = new Attempt(factory);
		this.attempts.add(attempt);
		return attempt.deferred;
	}

	Attempt last() {
		return this.attempts.get(this.attempts.size() - 1);
	}

	@Override
	public String toString() {
		return "fake";
	}

	static final class Attempt {

		final FakeTransport transport = new FakeTransport();

		boolean cancelled;

		final Deferred<Protocol> deferred = new Deferred<>((cancelled) -> this.cancelled = true);

		private final Factory factory;

		private Protocol protocol;

		Attempt(Factory factory) {
			this.factory = factory;
		}

		void succeed() {
			try {
				this.protocol = this.factory.buildProtocol(new IPv4Address("TCP", "127.0.0.1", 1));
				this.protocol.makeConnection(this.transport.get());
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
			this.deferred.callback(this.protocol);
		}

		void fail(Throwable why) {
			this.deferred.errback(why);
		}

		void lose() {
			lose(ConnectionDone.FAILURE);
		}

		void lose(Failure reason) {
			try {
				this.protocol.deliverConnectionLost(reason);
			}
			catch (Exception ex) {
				throw new AssertionError(ex);
			}
		}

	}

}
