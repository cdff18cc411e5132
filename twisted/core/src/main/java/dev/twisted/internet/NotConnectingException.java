package dev.twisted.internet;

/**
 * A connector was to stop connecting but does not connect.
 */
public class NotConnectingException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public NotConnectingException(String message) {
		super(message);
	}

}
