package dev.twisted.protocols.haproxy;

/**
 * A header of the PROXY protocol names a network protocol that there is not. Follows
 * Twisted's {@code InvalidNetworkProtocol}.
 */
public final class InvalidNetworkProtocolException extends InvalidProxyHeaderException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is wrong with the header
	 */
	public InvalidNetworkProtocolException(String message) {
		super(message);
	}

}
