package dev.twisted.internet;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * A port could not be opened. Follows Twisted's {@code CannotListenError}.
 */
public class CannotListenException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable InetSocketAddress address;

	/**
	 * Make the exception.
	 * @param address where the port was to be
	 * @param cause what the operating system said
	 */
	public CannotListenException(InetSocketAddress address, Throwable cause) {
		super("Couldn't listen on %s: %s".formatted(address, cause.getMessage()), cause);
		this.address = address;
	}

	/**
	 * Make the exception for a port that is not one of TCP or UDP.
	 * @param where where the port was to be
	 * @param cause what the operating system said
	 */
	public CannotListenException(String where, Throwable cause) {
		super("Couldn't listen on %s: %s".formatted(where, cause.getMessage()), cause);
		this.address = null;
	}

	/**
	 * Where the port was to be.
	 * @return the address, {@code null} after serialization and for a Unix socket
	 */
	public @Nullable InetSocketAddress address() {
		return this.address;
	}

}
