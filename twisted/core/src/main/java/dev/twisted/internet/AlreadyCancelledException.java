package dev.twisted.internet;

/**
 * A delayed call was called off before.
 */
public class AlreadyCancelledException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public AlreadyCancelledException(String message) {
		super(message);
	}

}
