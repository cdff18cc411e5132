package dev.twisted.internet;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;

import dev.twisted.defer.Deferred;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * One UDP port, as the protocol on it sees it. Follows Twisted's {@code IUDPTransport}
 * and {@code IMulticastTransport}. May be used from any thread; the order of each
 * caller's calls is kept. On a port that is closed every call does nothing.
 */
public interface DatagramTransport {

	/**
	 * Send a datagram.
	 * @param data its bytes, which must not be changed afterwards
	 * @param address to whom
	 */
	void write(byte[] data, InetSocketAddress address);

	/**
	 * Send a datagram.
	 * @param data its bytes; the transport releases the buffer
	 * @param address to whom
	 */
	void write(ByteBuf data, InetSocketAddress address);

	/**
	 * Send a datagram to the address this port is connected to. An empty one is dropped
	 * with the event loop model {@code nio}, since Java sends none there.
	 * @param data its bytes, which must not be changed afterwards
	 * @throws IllegalStateException if it is not connected
	 */
	void write(byte[] data);

	/**
	 * Send a datagram to the address this port is connected to.
	 * @param data its bytes; the transport releases the buffer
	 * @throws IllegalStateException if it is not connected
	 */
	void write(ByteBuf data);

	/**
	 * Speak with one address only from now on, and hear if nobody listens there.
	 * @param host a numeric address
	 * @param port the port
	 * @throws IllegalArgumentException if the host is a name
	 * @throws IllegalStateException if the port is connected already
	 */
	void connect(String host, int port);

	/**
	 * This end.
	 * @return its address
	 */
	Address getHost();

	/**
	 * Close the port.
	 * @return fires when it is closed
	 */
	Deferred<@Nullable Void> stopListening();

	/**
	 * Whether datagrams to broadcast addresses may be sent.
	 * @param enabled true to allow them
	 */
	void setBroadcastAllowed(boolean enabled);

	/**
	 * Take part in a multicast group.
	 * @param group the group's address
	 * @param networkInterface where, {@code null} for the default interface
	 * @return fires when joined; fails if that cannot be
	 */
	Deferred<@Nullable Void> joinGroup(InetAddress group, @Nullable NetworkInterface networkInterface);

	/**
	 * Take part in a multicast group no longer.
	 * @param group the group's address
	 * @param networkInterface where, {@code null} for the default interface
	 * @return fires when left; fails if it was not joined
	 */
	Deferred<@Nullable Void> leaveGroup(InetAddress group, @Nullable NetworkInterface networkInterface);

	/**
	 * How many routers a multicast datagram may pass.
	 * @param ttl from 0, this machine only, to 255
	 */
	void setTTL(int ttl);

	/**
	 * Whether this machine gets its own multicast datagrams.
	 * @param enabled false to keep them out
	 */
	void setLoopbackMode(boolean enabled);

	/**
	 * Where multicast datagrams leave.
	 * @param networkInterface the interface
	 */
	void setOutgoingInterface(NetworkInterface networkInterface);

}
