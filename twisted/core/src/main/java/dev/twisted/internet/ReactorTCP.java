package dev.twisted.internet;

import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * TCP servers and clients. Follows Twisted's {@code IReactorTCP} and
 * {@code IReactorSocket}. All of it belongs to the reactor's thread, or to any one thread
 * before the reactor runs; elsewhere it fails with {@link NotInReactorThreadException}.
 */
public interface ReactorTCP {

	/** How many connections may wait to be accepted, if nothing else is asked for. */
	int DEFAULT_BACKLOG = 1024;

	/** How long a client tries to connect, if nothing else is asked for. */
	Duration DEFAULT_CONNECT_TIMEOUT = Duration.ofSeconds(30);

	/**
	 * Listen on a port of every interface.
	 * @param port the port, 0 for any free one
	 * @param factory makes a protocol for each connection
	 * @return the open port
	 * @throws CannotListenException if the port cannot be had
	 */
	default ListeningPort listenTCP(int port, Factory factory) {
		return listenTCP(new InetSocketAddress(port), factory, DEFAULT_BACKLOG);
	}

	/**
	 * Listen on an address.
	 * @param address interface and port; port 0 for any free one
	 * @param factory makes a protocol for each connection
	 * @param backlog how many connections may wait to be accepted
	 * @return the open port
	 * @throws CannotListenException if the address cannot be had
	 */
	default ListeningPort listenTCP(InetSocketAddress address, Factory factory, int backlog) {
		return listenTCP(address, factory, ListenOptions.DEFAULTS.withBacklog(backlog));
	}

	/**
	 * Listen on an address.
	 * @param address interface and port; port 0 for any free one
	 * @param factory makes a protocol for each connection
	 * @param options how to open the port
	 * @return the open port
	 * @throws CannotListenException if the address cannot be had
	 */
	ListeningPort listenTCP(InetSocketAddress address, Factory factory, ListenOptions options);

	/**
	 * Connect to a server, trying for thirty seconds.
	 * @param host a name or an address
	 * @param port the port
	 * @param factory makes the protocol once connected, and hears how it went
	 * @return the attempt
	 */
	default Connector connectTCP(String host, int port, ClientFactory factory) {
		return connectTCP(host, port, factory, DEFAULT_CONNECT_TIMEOUT, null);
	}

	/**
	 * Connect to a server.
	 * @param host a name or an address
	 * @param port the port
	 * @param factory makes the protocol once connected, and hears how it went
	 * @param timeout how long to try, looking up the name included
	 * @param bindAddress where to connect from, {@code null} for anywhere
	 * @return the attempt
	 */
	Connector connectTCP(String host, int port, ClientFactory factory, Duration timeout,
			@Nullable InetSocketAddress bindAddress);

	/**
	 * Accept connections on a server channel that is already open and bound. The reactor
	 * owns the channel from now on and closes it with the port.
	 * @param channel the channel
	 * @param factory makes a protocol for each connection
	 * @return the open port
	 * @throws CannotListenException if the channel is not bound or not open
	 */
	ListeningPort adoptStreamPort(ServerSocketChannel channel, Factory factory);

}
