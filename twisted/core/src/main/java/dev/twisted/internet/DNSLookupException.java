package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * The name has no address.
 */
public final class DNSLookupException extends ConnectException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what happened
	 * @param cause what the operating system said, {@code null} if nothing
	 */
	public DNSLookupException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
