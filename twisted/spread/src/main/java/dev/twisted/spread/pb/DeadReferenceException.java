package dev.twisted.spread.pb;

/**
 * A reference cannot be used any more: its connection is gone, or it was given back.
 * Follows Twisted's {@code DeadReferenceError}.
 */
public class DeadReferenceException extends ProtocolException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message why not
	 */
	public DeadReferenceException(String message) {
		super(message);
	}

}
