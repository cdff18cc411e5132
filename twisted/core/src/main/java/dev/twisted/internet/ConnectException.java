package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * A connection could not be made. Follows Twisted's {@code ConnectError}.
 */
public class ConnectException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what happened
	 * @param cause what the operating system said, {@code null} if nothing
	 */
	public ConnectException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
