package dev.twisted.defer;

/**
 * A {@link DeferredQueue} has no room for another object.
 */
public class QueueOverflowException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message which limit was reached
	 */
	public QueueOverflowException(String message) {
		super(message);
	}

}
