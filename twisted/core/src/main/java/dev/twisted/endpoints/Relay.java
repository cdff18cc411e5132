package dev.twisted.endpoints;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a connection and its protocol, can what the protocol can, passes
 * everything on, and tells a watcher what becomes of the connection.
 */
final class Relay extends Protocol implements HandshakeListener {

	private final Protocol protocol;

	private final Watcher watcher;

	Relay(Protocol protocol, Watcher watcher) {
		this.protocol = protocol;
		this.watcher = watcher;
	}

	/** Who the bytes are for. */
	Protocol protocol() {
		return this.protocol;
	}

	Watcher watcher() {
		return this.watcher;
	}

	@Override
	protected void connectionMade() throws Exception {
		this.watcher.connecting(transport());
		this.protocol.makeConnection(transport());
		this.watcher.made(this);
	}

	@Override
	protected void dataReceived(ByteBuf data) throws Exception {
		this.protocol.deliverData(data);
	}

	@Override
	protected void tlsStarting() {
		this.protocol.deliverTlsStarting();
	}

	@Override
	public void handshakeCompleted() throws Exception {
		HandshakeListener listener = this.protocol.adapt(HandshakeListener.class);
		if (listener != null) {
			listener.handshakeCompleted();
		}
		this.watcher.secured(this);
	}

	@Override
	protected void connectionLost(Failure reason) throws Exception {
		try {
			this.protocol.deliverConnectionLost(reason);
		}
		finally {
			this.watcher.lost(this, reason);
		}
	}

	@Override
	public <T> @Nullable T adapt(Class<T> type) {
		T own = super.adapt(type);
		return (own != null) ? own : this.protocol.adapt(type);
	}

	@Override
	public @Nullable Factory factory() {
		return this.protocol.factory();
	}

	@Override
	public String logPrefix() {
		return this.protocol.logPrefix();
	}

	/**
	 * Is told what becomes of a connection, on its loop.
	 */
	interface Watcher {

		/** The connection is there; the protocol does not know yet. */
		default void connecting(Transport transport) {
		}

		/** The protocol has its connection. */
		default void made(Relay relay) {
		}

		/** The TLS handshake has succeeded; the protocol has been told. */
		default void secured(Relay relay) {
		}

		/** The connection is gone; the protocol has been told. */
		void lost(Relay relay, Failure reason);

	}

}
