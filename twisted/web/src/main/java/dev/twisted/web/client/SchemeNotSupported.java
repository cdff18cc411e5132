package dev.twisted.web.client;

/**
 * The scheme of a URI is none that an agent knows.
 */
public final class SchemeNotSupported extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message which URI it is
	 */
	public SchemeNotSupported(String message) {
		super(message);
	}

}
