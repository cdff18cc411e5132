package dev.twisted.internet;

import java.time.Duration;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;

/**
 * Where TLS comes from: makes one engine for each connection, so that what it says can
 * change from one connection to the next. Follows Twisted's
 * {@code IOpenSSLServerConnectionCreator} and {@code IOpenSSLClientConnectionCreator}.
 * <p>
 * May be called on every loop of the reactor, and must not block. An {@link SSLException}
 * refuses the one connection; anything else that is thrown does too, and is logged.
 *
 * @see dev.twisted.internet.ssl.CertificateOptions
 */
public interface ContextFactory {

	/** How long a handshake may take, if nothing else is asked for. */
	Duration DEFAULT_HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

	/**
	 * Make the engine of a connection on which we are the server.
	 * @param serverName the name that the client asked for (RFC 6066), in lower case;
	 * {@code null} if it named none
	 * @return a new engine in server mode
	 * @throws SSLException to refuse the connection
	 */
	SSLEngine serverEngine(@Nullable String serverName) throws SSLException;

	/**
	 * Make the engine of a connection on which we are the client.
	 * @param host the host that was connected to, as it was given; {@code null} if it has
	 * no name, as at the other end of a Unix socket
	 * @param port its port
	 * @return a new engine in client mode
	 * @throws SSLException to give up the connection
	 */
	SSLEngine clientEngine(@Nullable String host, int port) throws SSLException;

	/**
	 * How long a handshake may take, from its beginning to its end.
	 * @return the time, more than zero
	 */
	default Duration handshakeTimeout() {
		return DEFAULT_HANDSHAKE_TIMEOUT;
	}

}
