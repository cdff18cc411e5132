package dev.twisted.internet;

/**
 * The reactor was asked to stop but does not run.
 */
public class ReactorNotRunningException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public ReactorNotRunningException(String message) {
		super(message);
	}

}
