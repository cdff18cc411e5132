package dev.twisted.internet;

import java.net.InetSocketAddress;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * TCP servers and clients that speak TLS from the first byte. Follows Twisted's
 * {@code IReactorSSL}. All of it belongs to the reactor's thread, or to any one thread
 * before the reactor runs; elsewhere it fails with {@link NotInReactorThreadException}.
 * <p>
 * As in Twisted, {@code connectionMade} is called when the connection is there and the
 * handshake begins: what is written then waits for the end of the handshake. A
 * {@link HandshakeListener} is told of that. A handshake that fails costs only its own
 * connection, whose reason is a {@link ConnectionLost} with the
 * {@link javax.net.ssl.SSLException} as its cause; one that takes too long ends with a
 * {@link dev.twisted.defer.TimeoutException}.
 */
public interface ReactorSSL {

	/**
	 * Listen on a port of every interface.
	 * @param port the port, 0 for any free one
	 * @param factory makes a protocol for each connection
	 * @param contextFactory certificate and rules
	 * @return the open port
	 * @throws CannotListenException if the port cannot be had
	 */
	default ListeningPort listenSSL(int port, Factory factory, ContextFactory contextFactory) {
		return listenSSL(new InetSocketAddress(port), factory, contextFactory, ListenOptions.DEFAULTS);
	}

	/**
	 * Listen on an address.
	 * @param address interface and port; port 0 for any free one
	 * @param factory makes a protocol for each connection
	 * @param contextFactory certificate and rules; asked for each connection anew
	 * @param options how to open the port
	 * @return the open port
	 * @throws CannotListenException if the address cannot be had
	 */
	ListeningPort listenSSL(InetSocketAddress address, Factory factory, ContextFactory contextFactory,
			ListenOptions options);

	/**
	 * Connect to a server, trying for thirty seconds.
	 * @param host a name or an address
	 * @param port the port
	 * @param factory makes the protocol once connected, and hears how it went
	 * @param contextFactory whom to trust, and what to show
	 * @return the attempt
	 */
	default Connector connectSSL(String host, int port, ClientFactory factory, ContextFactory contextFactory) {
		return connectSSL(host, port, factory, contextFactory, ReactorTCP.DEFAULT_CONNECT_TIMEOUT, null);
	}

	/**
	 * Connect to a server.
	 * @param host a name or an address
	 * @param port the port
	 * @param factory makes the protocol once connected, and hears how it went
	 * @param contextFactory whom to trust, and what to show
	 * @param timeout how long to try, looking up the name included and the handshake not
	 * @param bindAddress where to connect from, {@code null} for anywhere
	 * @return the attempt
	 */
	Connector connectSSL(String host, int port, ClientFactory factory, ContextFactory contextFactory, Duration timeout,
			@Nullable InetSocketAddress bindAddress);

}
