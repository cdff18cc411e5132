package dev.twisted.spread.pb;

/**
 * What was received or is wanted is against the rules of Perspective Broker. Follows
 * Twisted's {@code ProtocolError}.
 */
public class ProtocolException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is wrong
	 */
	public ProtocolException(String message) {
		super(message, null, false, false);
	}

}
