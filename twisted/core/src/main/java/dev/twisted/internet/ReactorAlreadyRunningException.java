package dev.twisted.internet;

/**
 * The reactor was asked to run but does so already.
 */
public class ReactorAlreadyRunningException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public ReactorAlreadyRunningException(String message) {
		super(message);
	}

}
