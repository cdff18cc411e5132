package dev.twisted.internet;

import java.nio.file.Path;
import java.time.Duration;

/**
 * Servers and clients on Unix sockets. Follows Twisted's {@code IReactorUNIX}. All of it
 * belongs to the reactor's thread, or to any one thread before the reactor runs;
 * elsewhere it fails with {@link NotInReactorThreadException}.
 * <p>
 * Addresses are {@link UNIXAddress}es. With the event loop model {@code nio} a peer that
 * closes its direction ends the connection at once; the native models go on as with TCP.
 * <p>
 * TLS is spoken there, too, if {@link ListenOptions#withTLS} asks for it; a client wraps
 * its endpoint in it or calls {@link Transport#startTLS}. A path is no name that a
 * certificate could be for, so the client has to say which name to check.
 */
public interface ReactorUNIX {

	/** Who may connect, if nothing else is asked for: everybody. */
	int DEFAULT_MODE = 0666;

	/**
	 * Listen on a socket that everybody may connect to.
	 * @param path where the socket is to be in the file system
	 * @param factory makes a protocol for each connection
	 * @return the open port
	 * @throws CannotListenException if the socket cannot be made, for one because there
	 * is something at its path already
	 */
	default ListeningPort listenUNIX(Path path, Factory factory) {
		return listenUNIX(path, factory, ListenOptions.DEFAULTS, DEFAULT_MODE, false);
	}

	/**
	 * Listen on a socket. It is removed from the file system when the port is closed.
	 * @param path where the socket is to be in the file system
	 * @param factory makes a protocol for each connection
	 * @param options how to open the port; {@code reusePort} means nothing here
	 * @param mode who may connect, as permission bits such as {@code 0660}
	 * @param wantPID whether to hold a lock on a file beside the socket, with
	 * {@code .lock} after its name. It tells a socket that a dead process has left
	 * behind, which is replaced, from one that is in use
	 * @return the open port
	 * @throws CannotListenException if the socket cannot be made
	 */
	ListeningPort listenUNIX(Path path, Factory factory, ListenOptions options, int mode, boolean wantPID);

	/**
	 * Connect to a socket, trying for thirty seconds.
	 * @param path where the socket is in the file system
	 * @param factory makes the protocol once connected, and hears how it went
	 * @return the attempt
	 */
	default Connector connectUNIX(Path path, ClientFactory factory) {
		return connectUNIX(path, factory, ReactorTCP.DEFAULT_CONNECT_TIMEOUT);
	}

	/**
	 * Connect to a socket.
	 * @param path where the socket is in the file system
	 * @param factory makes the protocol once connected, and hears how it went
	 * @param timeout how long to try
	 * @return the attempt, whose destination is the path with port 0
	 */
	Connector connectUNIX(Path path, ClientFactory factory, Duration timeout);

}
