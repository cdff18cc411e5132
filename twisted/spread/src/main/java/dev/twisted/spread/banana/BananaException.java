package dev.twisted.spread.banana;

/**
 * What came in is no banana, or what is to be sent cannot be written as one. From a peer
 * it costs the peer its connection; it is no error of this program then, so it carries no
 * stack. Follows Twisted's {@code BananaError}.
 */
public class BananaException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is wrong
	 */
	public BananaException(String message) {
		super(message, null, false, false);
	}

}
