package dev.twisted.endpoints;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Factory;
import dev.twisted.internet.HalfCloseableProtocol;
import dev.twisted.internet.HandshakeListener;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Transport;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Stands between a connection and its protocol, passes everything on, and tells a watcher
 * what becomes of the connection.
 */
class Relay extends Protocol implements HandshakeListener {

	private final Protocol protocol;

	private final Watcher watcher;

	private Relay(Protocol protocol, Watcher watcher) {
		this.protocol = protocol;
		this.watcher = watcher;
	}

	/** A relay that can what its protocol can. */
	static Relay to(Protocol protocol, Watcher watcher) {
		return (protocol instanceof HalfCloseableProtocol half) ? new HalfCloseable(protocol, half, watcher)
				: new Relay(protocol, watcher);
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
		if (this.protocol instanceof HandshakeListener listener) {
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

	/**
	 * A relay to a protocol that goes on when one direction is closed.
	 */
	private static final class HalfCloseable extends Relay implements HalfCloseableProtocol {

		private final HalfCloseableProtocol half;

		HalfCloseable(Protocol protocol, HalfCloseableProtocol half, Watcher watcher) {
			super(protocol, watcher);
			this.half = half;
		}

		@Override
		public void readConnectionLost() {
			this.half.readConnectionLost();
		}

		@Override
		public void writeConnectionLost() {
			this.half.writeConnectionLost();
		}

	}

}
