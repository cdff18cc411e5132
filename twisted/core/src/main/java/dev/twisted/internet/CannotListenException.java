package dev.twisted.internet;

import java.net.InetSocketAddress;

import org.jspecify.annotations.Nullable;

/**
 * A port could not be opened. Follows Twisted's {@code CannotListenError}.
 */
public class CannotListenException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final transient InetSocketAddress address;

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
	 * Where the port was to be.
	 * @return the address, {@code null} after serialization
	 */
	public @Nullable InetSocketAddress address() {
		return this.address;
	}

}
