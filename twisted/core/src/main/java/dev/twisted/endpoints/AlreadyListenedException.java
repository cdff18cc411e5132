package dev.twisted.endpoints;

/**
 * An endpoint that can be listened at only once was to be listened at again. Follows
 * Twisted's {@code AlreadyListened}.
 */
public final class AlreadyListenedException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message which endpoint
	 */
	public AlreadyListenedException(String message) {
		super(message);
	}

}
