package dev.twisted.spread.jelly;

/**
 * A peer has sent an object of a type that nobody has registered here. Follows Twisted's
 * {@code InsecureJelly}.
 */
public class InsecureJellyException extends JellyException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what was sent
	 */
	public InsecureJellyException(String message) {
		super(message);
	}

}
