package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * The user stopped connecting. Follows Twisted's {@code UserError}.
 */
public final class UserException extends ConnectException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what happened
	 * @param cause what the operating system said, {@code null} if nothing
	 */
	public UserException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
