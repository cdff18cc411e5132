package dev.twisted.spread.pb;

/**
 * An object has no method of the name that the peer has called. Follows Twisted's
 * {@code NoSuchMethod}.
 */
public class NoSuchRemoteMethodException extends PBException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message which method
	 */
	public NoSuchRemoteMethodException(String message) {
		super(message);
	}

}
