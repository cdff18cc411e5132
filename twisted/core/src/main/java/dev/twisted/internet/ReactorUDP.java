package dev.twisted.internet;

import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;

/**
 * UDP and multicast. Follows Twisted's {@code IReactorUDP}, {@code IReactorMulticast} and
 * {@code IReactorSocket}. All of it belongs to the reactor's thread, or to any one thread
 * before the reactor runs; elsewhere it fails with {@link NotInReactorThreadException}.
 */
public interface ReactorUDP {

	/** The longest datagram that is received whole, if nothing else is asked for. */
	int DEFAULT_MAX_PACKET_SIZE = 8192;

	/**
	 * Receive datagrams on a port of every interface.
	 * @param port the port, 0 for any free one
	 * @param protocol takes the datagrams
	 * @return the open port
	 * @throws CannotListenException if the port cannot be had
	 */
	default ListeningPort listenUDP(int port, DatagramProtocol protocol) {
		return listenUDP(new InetSocketAddress(port), protocol, DEFAULT_MAX_PACKET_SIZE);
	}

	/**
	 * Receive datagrams on an address.
	 * @param address interface and port; port 0 for any free one
	 * @param protocol takes the datagrams
	 * @param maxPacketSize in bytes; what is longer is cut to it
	 * @return the open port
	 * @throws CannotListenException if the address cannot be had
	 */
	ListeningPort listenUDP(InetSocketAddress address, DatagramProtocol protocol, int maxPacketSize);

	/**
	 * Receive datagrams on an address, ready to join multicast groups.
	 * @param address interface and port; port 0 for any free one
	 * @param protocol takes the datagrams; its transport can join groups
	 * @param maxPacketSize in bytes; what is longer is cut to it
	 * @param listenMultiple whether others on this machine may listen on the same port
	 * @return the open port
	 * @throws CannotListenException if the address cannot be had
	 */
	ListeningPort listenMulticast(InetSocketAddress address, DatagramProtocol protocol, int maxPacketSize,
			boolean listenMultiple);

	/**
	 * Receive datagrams on a channel that is already open and bound. The reactor owns the
	 * channel from now on and closes it with the port.
	 * @param channel the channel
	 * @param protocol takes the datagrams
	 * @param maxPacketSize in bytes; what is longer is cut to it
	 * @return the open port
	 * @throws CannotListenException if the channel is not bound or not open
	 */
	ListeningPort adoptDatagramPort(DatagramChannel channel, DatagramProtocol protocol, int maxPacketSize);

	/**
	 * Receive datagrams on a channel that is already open and bound.
	 * @param channel the channel
	 * @param protocol takes the datagrams
	 * @return the open port
	 * @throws CannotListenException if the channel is not bound or not open
	 */
	default ListeningPort adoptDatagramPort(DatagramChannel channel, DatagramProtocol protocol) {
		return adoptDatagramPort(channel, protocol, DEFAULT_MAX_PACKET_SIZE);
	}

}
