package dev.twisted.endpoints;

/**
 * The factory did not want to build a protocol for a connection. Follows Twisted's
 * {@code NoProtocol}.
 */
public final class NoProtocolException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message who did not want
	 */
	public NoProtocolException(String message) {
		super(message);
	}

}
