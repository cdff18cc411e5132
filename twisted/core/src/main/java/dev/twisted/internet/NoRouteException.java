package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * There is no way to that host.
 */
public final class NoRouteException extends ConnectException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what happened
	 * @param cause what the operating system said, {@code null} if nothing
	 */
	public NoRouteException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
