package dev.twisted.endpoints;

import java.nio.channels.ServerSocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;

/**
 * Listens on a channel that somebody else has opened and bound, once. Follows Twisted's
 * class of the same name.
 */
public final class AdoptedStreamServerEndpoint implements StreamServerEndpoint {

	private final Reactor reactor;

	private final ServerSocketChannel channel;

	private final AtomicBoolean used = new AtomicBoolean();

	/**
	 * Make the endpoint.
	 * @param reactor listens, and owns the channel from then on
	 * @param channel the channel
	 */
	public AdoptedStreamServerEndpoint(Reactor reactor, ServerSocketChannel channel) {
		this.reactor = reactor;
		this.channel = channel;
	}

	/**
	 * Listen. Belongs to the reactor's thread.
	 * @param factory makes a protocol for each connection
	 * @return fires with the open port; the second time it fails with an
	 * {@link AlreadyListenedException}
	 */
	@Override
	public Deferred<ListeningPort> listen(Factory factory) {
		if (!this.used.compareAndSet(false, true)) {
			return Deferred.fail(new AlreadyListenedException("%s is in use already".formatted(this)));
		}
		return Deferred.maybeDeferred(() -> this.reactor.adoptStreamPort(this.channel, factory));
	}

	@Override
	public String toString() {
		return "adopted " + this.channel;
	}

}
