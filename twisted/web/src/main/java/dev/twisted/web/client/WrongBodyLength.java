package dev.twisted.web.client;

/**
 * A {@link BodyProducer} has written more or less than it had announced.
 */
public final class WrongBodyLength extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param announced how many bytes were to come
	 * @param written how many have come
	 */
	public WrongBodyLength(long announced, long written) {
		super("The body was to have %d bytes but has %d".formatted(announced, written));
	}

}
