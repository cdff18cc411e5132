package dev.twisted.defer;

/**
 * Something took longer than it was allowed to. Follows Twisted's {@code TimeoutError}.
 * <p>
 * It carries a stack only while {@link Deferred#setDebugging debugging} is on: it is made
 * by a timer, whose stack says nothing about who was too slow.
 */
public class TimeoutException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what took too long, and the limit
	 */
	public TimeoutException(String message) {
		super(message, null, true, Deferred.getDebugging());
	}

}
