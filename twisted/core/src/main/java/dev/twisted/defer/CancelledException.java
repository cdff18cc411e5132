package dev.twisted.defer;

/**
 * A {@link Deferred} was cancelled before it had a result. Follows Twisted's
 * {@code CancelledError}.
 * <p>
 * It carries a stack only while {@link Deferred#setDebugging debugging} is on: servers
 * cancel by the thousand, the stack would cost more than all the rest and would show
 * nothing but who called {@code cancel()}.
 */
public class CancelledException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 */
	public CancelledException() {
		this("The Deferred was cancelled");
	}

	/**
	 * Make the exception with a message of its own.
	 * @param message what was cancelled, and why if that is known
	 */
	public CancelledException(String message) {
		super(message, null, true, Deferred.getDebugging());
	}

}
