package dev.twisted.endpoints;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.ConnectingCancelledException;
import dev.twisted.internet.Connector;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * One attempt of a reactor to connect, as a Deferred: the client factory that the reactor
 * talks to in the place of the user's.
 */
final class ConnectionAttempt extends ClientFactory implements Relay.Watcher {

	private final Factory factory;

	private final HostAndPort destination;

	private final boolean secure;

	private final Deferred<Protocol> connected = new Deferred<>((cancelled) -> cancel());

	/** Whether the Deferred has been fired, or is about to be. */
	private final AtomicBoolean settled = new AtomicBoolean();

	private volatile @Nullable Connector connector;

	private volatile @Nullable Relay relay;

	private ConnectionAttempt(Factory factory, HostAndPort destination, boolean secure) {
		this.factory = factory;
		this.destination = destination;
		this.secure = secure;
	}

	/**
	 * Begin to connect.
	 * @param factory makes the protocol
	 * @param destination where to
	 * @param secure whether a connection is one only after its TLS handshake
	 * @param connect has the reactor connect
	 * @return fires with the protocol
	 */
	static Deferred<Protocol> begin(Factory factory, HostAndPort destination, boolean secure,
			Function<ClientFactory, Connector> connect) {
		ConnectionAttempt attempt = new ConnectionAttempt(factory, destination, secure);
		try {
			attempt.connector = connect.apply(attempt);
		}
		catch (RuntimeException | Error ex) {
			attempt.fail(new Failure(ex));
		}
		return attempt.connected;
	}

	private void cancel() {
		if (this.settled.compareAndSet(false, true)) {
			this.connected.errback(new ConnectingCancelledException(this.destination));
			giveUp();
		}
	}

	private void giveUp() {
		Relay connection = this.relay;
		if (connection != null && connection.connected()) {
			connection.transport().abortConnection();
			return;
		}
		Connector connecting = this.connector;
		if (connecting != null) {
			connecting.disconnect();
		}
	}

	private void succeed(Relay connection) {
		if (this.settled.compareAndSet(false, true)) {
			this.connected.callback(connection.protocol());
		}
		else {
			// Cancelled on another thread: nobody will ever use this connection.
			connection.transport().abortConnection();
		}
	}

	private void fail(Failure reason) {
		if (this.settled.compareAndSet(false, true)) {
			this.connected.errback(reason);
		}
	}

	@Override
	public void startedConnecting(Connector connector) {
		this.connector = connector;
	}

	@Override
	public @Nullable Protocol buildProtocol(Address address) throws Exception {
		if (this.settled.get()) {
			return null;
		}
		Protocol protocol = RelayFactory.build(this.factory, address);
		if (protocol == null) {
			fail(new Failure(new NoProtocolException(
					"%s did not build a protocol for %s".formatted(logPrefix(), this.destination))));
			return null;
		}
		Relay made = new Relay(protocol, this);
		this.relay = made;
		return made;
	}

	@Override
	public void clientConnectionFailed(Connector connector, Failure reason) {
		fail(reason);
	}

	@Override
	public void made(Relay connection) {
		if (!this.secure) {
			succeed(connection);
		}
	}

	@Override
	public void secured(Relay connection) {
		if (this.secure) {
			succeed(connection);
		}
	}

	@Override
	public void lost(Relay connection, Failure reason) {
		fail(reason);
	}

	@Override
	protected void startFactory() throws Exception {
		this.factory.doStart();
	}

	@Override
	protected void stopFactory() throws Exception {
		this.factory.doStop();
	}

	@Override
	public String logPrefix() {
		return this.factory.logPrefix();
	}

}
