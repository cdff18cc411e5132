package dev.twisted.spread.banana;

/**
 * A string, a list or a whole expression is longer than it may be.
 */
public final class BananaTooLongException extends BananaException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is too long, and the limit
	 */
	public BananaTooLongException(String message) {
		super(message);
	}

}
