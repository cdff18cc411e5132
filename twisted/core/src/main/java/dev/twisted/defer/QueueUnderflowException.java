package dev.twisted.defer;

/**
 * Too many are already waiting for an object of a {@link DeferredQueue}.
 */
public class QueueUnderflowException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message which limit was reached
	 */
	public QueueUnderflowException(String message) {
		super(message);
	}

}
