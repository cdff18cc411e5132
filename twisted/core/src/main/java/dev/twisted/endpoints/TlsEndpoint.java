package dev.twisted.endpoints;

import java.time.Duration;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectingCancelledException;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Transport;
import org.jspecify.annotations.Nullable;

/**
 * TLS on the connections of another endpoint, from their first byte.
 */
final class TlsEndpoint implements StreamClientEndpoint {

	private final ContextFactory contextFactory;

	private final StreamClientEndpoint wrapped;

	TlsEndpoint(ContextFactory contextFactory, StreamClientEndpoint wrapped) {
		this.contextFactory = (wrapped instanceof HostnameEndpoint named)
				? new ForHost(contextFactory, named.destination()) : contextFactory;
		this.wrapped = wrapped;
	}

	@Override
	public Deferred<Protocol> connect(Factory factory) {
		return this.wrapped.connect(new RelayFactory(factory, () -> new Handshake(this.contextFactory)))
			.compose((connected) -> {
				Relay relay = (Relay) connected;
				return ((Handshake) relay.watcher()).whenSecured(relay);
			});
	}

	@Override
	public String toString() {
		return "TLS on " + this.wrapped;
	}

	/**
	 * The handshake of one connection. Whether anybody waits for it turns out only when
	 * the connection is there.
	 */
	private static final class Handshake implements Relay.Watcher {

		private final ContextFactory contextFactory;

		private boolean secured;

		private @Nullable Failure lost;

		private @Nullable Deferred<Protocol> waiting;

		Handshake(ContextFactory contextFactory) {
			this.contextFactory = contextFactory;
		}

		Deferred<Protocol> whenSecured(Relay relay) {
			if (this.secured) {
				return Deferred.succeed(relay.protocol());
			}
			if (this.lost != null) {
				return Deferred.fail(this.lost);
			}
			Deferred<Protocol> handshake = new Deferred<>((cancelled) -> {
				Address peer = relay.transport().getPeer();
				cancelled.errback(new ConnectingCancelledException(new HostAndPort(peer.host(), peer.port())));
				relay.transport().abortConnection();
			});
			this.waiting = handshake;
			return handshake;
		}

		@Override
		public void connecting(Transport transport) {
			transport.startTLS(this.contextFactory);
		}

		@Override
		public void secured(Relay relay) {
			this.secured = true;
			if (this.waiting != null && !this.waiting.called()) {
				this.waiting.callback(relay.protocol());
			}
		}

		@Override
		public void lost(Relay relay, Failure reason) {
			this.lost = reason;
			if (this.waiting != null && !this.waiting.called()) {
				this.waiting.errback(reason);
			}
		}

	}

	/**
	 * Asks for a host and checks its name, whichever of its addresses the connection goes
	 * to.
	 */
	private record ForHost(ContextFactory contextFactory, HostAndPort destination) implements ContextFactory {

		@Override
		public SSLEngine serverEngine(@Nullable String serverName) throws SSLException {
			return this.contextFactory.serverEngine(serverName);
		}

		@Override
		public SSLEngine clientEngine(@Nullable String host, int port) throws SSLException {
			return this.contextFactory.clientEngine(this.destination.host(), this.destination.port());
		}

		@Override
		public Duration handshakeTimeout() {
			return this.contextFactory.handshakeTimeout();
		}

	}

}
