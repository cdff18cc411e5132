package dev.twisted.internet;

import java.net.InetSocketAddress;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * Takes datagrams from one port. Follows Twisted's {@code DatagramProtocol}: extend it,
 * override what you care for, and write to {@link #transport()}. All its methods run on
 * one loop, never two at a time; what they throw is logged and counted, and the port
 * stays open.
 */
public abstract class DatagramProtocol {

	private @Nullable DatagramTransport transport;

	/**
	 * The port is open.
	 * @throws Exception to keep the port from opening
	 */
	protected void startProtocol() throws Exception {
	}

	/**
	 * The port has been closed.
	 * @throws Exception is logged and counted
	 */
	protected void stopProtocol() throws Exception {
	}

	/**
	 * A datagram has come in.
	 * @param data its bytes, the protocol's own
	 * @param address who sent it
	 * @throws Exception is logged and counted
	 */
	protected void datagramReceived(byte[] data, InetSocketAddress address) throws Exception {
	}

	/**
	 * A datagram has come in: the door for those who count copies. The default copies it
	 * and calls {@link #datagramReceived(byte[], InetSocketAddress)}.
	 * @param data its bytes; valid during the call and released by the caller, so retain
	 * what is to be kept or written
	 * @param address who sent it
	 * @throws Exception is logged and counted
	 */
	protected void datagramReceived(ByteBuf data, InetSocketAddress address) throws Exception {
		byte[] bytes = new byte[data.readableBytes()];
		data.readBytes(bytes);
		datagramReceived(bytes, address);
	}

	/**
	 * Nobody listens at the address this port is connected to. Only called after
	 * {@link DatagramTransport#connect}.
	 * @throws Exception is logged and counted
	 */
	protected void connectionRefused() throws Exception {
	}

	/**
	 * The port to write to.
	 * @return the transport
	 * @throws IllegalStateException before the port is open
	 */
	public final DatagramTransport transport() {
		if (this.transport == null) {
			throw new IllegalStateException(logPrefix() + " has no transport before its port is open");
		}
		return this.transport;
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
	 * Give this protocol its port. Called by transports, and by tests in their place.
	 * @param transport the port
	 * @throws IllegalStateException if the protocol has a port already
	 * @throws Exception what {@link #startProtocol} threw
	 */
	public final void makeConnection(DatagramTransport transport) throws Exception {
		if (this.transport != null) {
			throw new IllegalStateException(logPrefix() + " has a port already");
		}
		this.transport = transport;
		boolean started = false;
		try {
			startProtocol();
			started = true;
		}
		finally {
			if (!started) {
				this.transport = null;
			}
		}
	}

	/**
	 * Give this protocol a datagram. Called by transports, and by tests in their place.
	 * @param data its bytes; stays the caller's
	 * @param address who sent it
	 * @throws Exception what {@link #datagramReceived} threw
	 */
	public final void deliverDatagram(ByteBuf data, InetSocketAddress address) throws Exception {
		datagramReceived(data, address);
	}

	/**
	 * Tell this protocol that nobody listens. Called by transports, and by tests in their
	 * place.
	 * @throws Exception what {@link #connectionRefused} threw
	 */
	public final void deliverConnectionRefused() throws Exception {
		connectionRefused();
	}

	/**
	 * Tell this protocol that its port is closed. Called by transports, and by tests in
	 * their place.
	 * @throws Exception what {@link #stopProtocol} threw
	 */
	public final void deliverStop() throws Exception {
		this.transport = null;
		stopProtocol();
	}

}
