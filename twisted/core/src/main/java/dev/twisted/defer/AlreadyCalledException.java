package dev.twisted.defer;

/**
 * Something that happens once was asked to happen again: a {@link Deferred} was fired a
 * second time, or a delayed call was changed after it had been made. Follows Twisted's
 * {@code AlreadyCalledError}.
 */
public class AlreadyCalledException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what happened
	 */
	public AlreadyCalledException(String message) {
		super(message);
	}

}
