package dev.twisted.protocols.haproxy;

/**
 * What a connection began with is not a header of the PROXY protocol. Follows Twisted's
 * {@code InvalidProxyHeader}.
 */
public class InvalidProxyHeaderException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is wrong with the header
	 */
	public InvalidProxyHeaderException(String message) {
		super(message);
	}

}
