package dev.twisted.spread.cred;

/**
 * Nobody here can check such credentials. Follows Twisted's {@code UnhandledCredentials}.
 */
public class UnhandledCredentialsException extends LoginFailedException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message which credentials
	 */
	public UnhandledCredentialsException(String message) {
		super(message);
	}

}
