package dev.twisted.spread.cred;

/**
 * Somebody was not let in. Follows Twisted's {@code LoginFailed}.
 */
public abstract class LoginFailedException extends Exception {

	private static final long serialVersionUID = 1L;

	LoginFailedException(String message) {
		super(message, null, false, false);
	}

}
