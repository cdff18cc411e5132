package dev.twisted.spread.jelly;

/**
 * An object cannot be written as jelly, or what came in is no jelly.
 */
public class JellyException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is wrong
	 */
	public JellyException(String message) {
		super(message);
	}

	/**
	 * Make the exception.
	 * @param message what is wrong
	 * @param cause why
	 */
	public JellyException(String message, Throwable cause) {
		super(message, cause);
	}

}
