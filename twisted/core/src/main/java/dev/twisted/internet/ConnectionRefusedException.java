package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * Nobody listens there.
 */
public final class ConnectionRefusedException extends ConnectException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what happened
	 * @param cause what the operating system said, {@code null} if nothing
	 */
	public ConnectionRefusedException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
