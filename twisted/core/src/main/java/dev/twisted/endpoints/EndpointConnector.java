package dev.twisted.endpoints;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.NotConnectingException;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.UserException;
import org.jspecify.annotations.Nullable;

/**
 * Connects through an endpoint, as often as it is asked to, and tells a client factory
 * how that goes.
 */
final class EndpointConnector implements Connector, Relay.Watcher {

	private final Reactor reactor;

	private final StreamClientEndpoint endpoint;

	private final ClientFactory factory;

	/** What is going on; read by those on other threads who want it to end. */
	private volatile @Nullable Deferred<Protocol> attempt;

	/** The connection there is. */
	private volatile @Nullable Relay connection;

	private boolean stopped;

	EndpointConnector(Reactor reactor, StreamClientEndpoint endpoint, ClientFactory factory) {
		this.reactor = reactor;
		this.endpoint = endpoint;
		this.factory = factory;
	}

	@Override
	public void connect() {
		if (this.attempt != null || this.connection != null) {
			throw new IllegalStateException(
					"%s is connecting or connected to %s already".formatted(this.factory.logPrefix(), this.endpoint));
		}
		this.stopped = false;
		Deferred<Protocol> connecting = this.endpoint.connect(new RelayFactory(this.factory, () -> this));
		this.attempt = connecting;
		this.factory.startedConnecting(this);
		connecting.<@Nullable Void>addCallbacks(this::connected, this::failed);
	}

	private @Nullable Void connected(Protocol protocol) {
		this.attempt = null;
		this.connection = (Relay) protocol;
		return null;
	}

	private @Nullable Void failed(Failure reason) {
		this.attempt = null;
		this.factory.clientConnectionFailed(this,
				this.stopped ? new Failure(new UserException("User aborted connection", reason.value())) : reason);
		return null;
	}

	@Override
	public void lost(Relay relay, Failure reason) {
		// Any other has failed before it was a connection.
		if (relay == this.connection) {
			this.connection = null;
			this.factory.clientConnectionLost(this, reason);
		}
	}

	@Override
	public void stopConnecting() {
		Deferred<Protocol> connecting = this.attempt;
		if (connecting == null) {
			throw new NotConnectingException(
					"%s is not connecting to %s".formatted(this.factory.logPrefix(), this.endpoint));
		}
		this.stopped = true;
		connecting.cancel();
	}

	@Override
	public void disconnect() {
		Deferred<Protocol> connecting = this.attempt;
		Relay connected = this.connection;
		if (connecting != null) {
			connecting.cancel();
		}
		else if (connected != null) {
			connected.transport().loseConnection();
		}
	}

	@Override
	public HostAndPort getDestination() {
		return new HostAndPort(this.endpoint.toString(), 0);
	}

	@Override
	public Reactor reactor() {
		return this.reactor;
	}

	@Override
	public String toString() {
		return "%s to %s".formatted(this.factory.logPrefix(), this.endpoint);
	}

}
