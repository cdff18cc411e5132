package dev.twisted.internet;

import dev.twisted.defer.CancelledException;
import dev.twisted.internet.Connector.HostAndPort;
import org.jspecify.annotations.Nullable;

/**
 * The Deferred of a connection was cancelled before there was one. Follows Twisted's
 * {@code ConnectingCancelledError}.
 */
public final class ConnectingCancelledException extends CancelledException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable HostAndPort destination;

	/**
	 * Make the exception.
	 * @param destination where the connection was to go
	 */
	public ConnectingCancelledException(HostAndPort destination) {
		super("Connecting to %s was cancelled".formatted(destination));
		this.destination = destination;
	}

	/**
	 * Where the connection was to go.
	 * @return the destination, {@code null} after serialization
	 */
	public @Nullable HostAndPort destination() {
		return this.destination;
	}

}
