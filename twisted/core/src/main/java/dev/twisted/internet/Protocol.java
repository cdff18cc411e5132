package dev.twisted.internet;

import dev.twisted.defer.Failure;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One conversation. Follows Twisted's {@code Protocol}: extend it, override what you care
 * for, and write to {@link #transport()}. One instance serves one connection, and all its
 * methods run on that connection's loop, never two at a time.
 */
public abstract class Protocol {

	private @Nullable Transport transport;

	private @Nullable Factory factory;

	private boolean connected;

	/**
	 * The connection is there. Called once, before any data. An exception closes it.
	 * @throws Exception to close the connection with that reason
	 */
	protected void connectionMade() throws Exception {
	}

	/**
	 * Bytes have come in, as many as the network happened to bring.
	 * @param data the bytes, the protocol's own
	 * @throws Exception to close the connection with that reason
	 */
	protected void dataReceived(byte[] data) throws Exception {
	}

	/**
	 * Bytes have come in: the door for those who count copies. The default copies them
	 * and calls {@link #dataReceived(byte[])}.
	 * @param data the bytes; valid during the call and released by the caller, so retain
	 * what is to be kept or written
	 * @throws Exception to close the connection with that reason
	 */
	protected void dataReceived(ByteBuf data) throws Exception {
		byte[] bytes = new byte[data.readableBytes()];
		data.readBytes(bytes);
		dataReceived(bytes);
	}

	/**
	 * TLS is about to begin on a connection that was plain until now, because of
	 * {@link Transport#startTLS}. Whoever keeps received bytes for later throws them away
	 * here: they came in without TLS and must not be taken for what comes in under it. An
	 * override calls this method too.
	 */
	protected void tlsStarting() {
	}

	/**
	 * The connection is gone. Called exactly once for each connection that was made.
	 * @param reason why: one of {@link ConnectionDone}, {@link ConnectionLost},
	 * {@link ConnectionAborted}, {@link dev.twisted.defer.TimeoutException} or what the
	 * protocol itself threw
	 * @throws Exception is logged and counted
	 */
	protected void connectionLost(Failure reason) throws Exception {
	}

	/**
	 * The connection to write to.
	 * @return the transport
	 * @throws IllegalStateException before the connection is made
	 */
	public final Transport transport() {
		if (this.transport == null) {
			throw new IllegalStateException(logPrefix() + " has no transport before its connection is made");
		}
		return this.transport;
	}

	/**
	 * Who made this protocol.
	 * @return the factory, {@code null} if it was made otherwise
	 */
	public @Nullable Factory factory() {
		return this.factory;
	}

	/**
	 * Tell who made this protocol.
	 * @param factory the factory
	 */
	public final void setFactory(@Nullable Factory factory) {
		this.factory = factory;
	}

	/**
	 * Whether there is a connection.
	 * @return true from {@link #connectionMade} to {@link #connectionLost}
	 */
	public final boolean connected() {
		return this.connected;
	}

	/**
	 * What to call this protocol in logs.
	 * @return the simple name of its class unless overridden
	 */
	public String logPrefix() {
		String name = getClass().getSimpleName();
		return name.isEmpty() ? getClass().getName() : name;
	}

	/**
	 * Give this protocol its connection. Called by transports, and by tests in their
	 * place.
	 * @param transport the connection
	 * @throws Exception what {@link #connectionMade} threw
	 */
	public final void makeConnection(Transport transport) throws Exception {
		this.transport = transport;
		this.connected = true;
		connectionMade();
	}

	/**
	 * Give this protocol what its connection received. Called by transports, and by tests
	 * in their place.
	 * @param data the bytes; stays the caller's
	 * @throws Exception what {@link #dataReceived} threw
	 */
	public final void deliverData(ByteBuf data) throws Exception {
		dataReceived(data);
	}

	/**
	 * Tell this protocol that its connection begins to speak TLS. Called by transports,
	 * and by tests in their place.
	 */
	public final void deliverTlsStarting() {
		tlsStarting();
	}

	/**
	 * Tell this protocol that its connection is gone. Called by transports, and by tests
	 * in their place.
	 * @param reason why
	 * @throws Exception what {@link #connectionLost} threw
	 */
	public final void deliverConnectionLost(Failure reason) throws Exception {
		this.connected = false;
		connectionLost(reason);
	}

}
