package dev.twisted.internet;

/**
 * A reactor was to be installed when there was one already.
 */
public class ReactorAlreadyInstalledException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public ReactorAlreadyInstalledException(String message) {
		super(message);
	}

}
