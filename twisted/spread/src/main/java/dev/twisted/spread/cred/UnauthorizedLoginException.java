package dev.twisted.spread.cred;

/**
 * The credentials are wrong. It does not say what about them, as that is nobody's
 * business. Follows Twisted's {@code UnauthorizedLogin}.
 */
public class UnauthorizedLoginException extends LoginFailedException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 */
	public UnauthorizedLoginException() {
		super("");
	}

}
