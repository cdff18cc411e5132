package dev.twisted.internet;

/**
 * Something that belongs to the reactor's thread was called on another one; use
 * {@link ReactorThreads#callFromThread}.
 */
public class NotInReactorThreadException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public NotInReactorThreadException(String message) {
		super(message);
	}

}
