package dev.twisted.internet;

import dev.twisted.defer.CallContext;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * An open port. Follows Twisted's {@code IListeningPort}.
 */
public interface ListeningPort {

	/**
	 * Where the port really is. May be called from any thread.
	 * @return the local address, with the port number that was found if 0 was asked for
	 */
	Address getHost();

	/**
	 * Close the port; connections that came in through it stay. Belongs to the reactor's
	 * thread.
	 * @return fires when the port is closed; has fired already if it was closed before
	 */
	Deferred<@Nullable Void> stopListening();

	/**
	 * What the port is called in the log and in the context of its callbacks. May be
	 * called from any thread.
	 * @return the name; that of its factory or protocol unless it was given one
	 * @see CallContext
	 */
	String name();

	/**
	 * Call the port something else from now on. Belongs to the reactor's thread.
	 * @param name the name
	 */
	void setName(String name);

	/**
	 * Whether the port is open. May be called from any thread.
	 * @return false once it has been closed
	 */
	boolean listening();

	/**
	 * How many connections that came in through the port are open now. May be called from
	 * any thread.
	 * @return the number; always 0 for UDP
	 */
	int connections();

	/**
	 * Refuse connections over a number: they are closed at once and counted. Belongs to
	 * the reactor's thread.
	 * @param max the most that may be open together
	 */
	void setMaxConnections(int max);

	/**
	 * Have connections kept to some limits; those that are open already go on as they
	 * were. Belongs to the reactor's thread. A port of UDP has no connections to limit.
	 * @param limits the limits
	 */
	default void setLimits(ConnectionLimits limits) {
	}

	/**
	 * How many connections were closed because they were slower than the limits allow.
	 * May be called from any thread.
	 * @return the number since the port was opened; always 0 for UDP
	 */
	default long timedOutConnections() {
		return 0;
	}

	/**
	 * How many frames have come in, or been announced, that were longer than they may be;
	 * of protocols that are {@link Framed} and tell. May be called from any thread.
	 * @return the number since the port was opened; always 0 for UDP
	 */
	default long framesTooLong() {
		return 0;
	}

	/**
	 * How many times reading, writing or accepting has been held up because it would have
	 * been faster than the limits allow. May be called from any thread.
	 * @return the number since the port was opened; always 0 for UDP
	 */
	default long throttlings() {
		return 0;
	}

	/**
	 * How many connections have been refused because there were too many, together or
	 * from one peer. May be called from any thread.
	 * @return the number since the port was opened
	 */
	long refusedConnections();

	/**
	 * How many connections came to nothing because a TLS handshake failed or took too
	 * long, or because what had to come first did not. May be called from any thread.
	 * @return the number since the port was opened; always 0 for UDP
	 */
	default long failedHandshakes() {
		return 0;
	}

}
