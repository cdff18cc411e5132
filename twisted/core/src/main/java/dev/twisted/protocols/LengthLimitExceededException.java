package dev.twisted.protocols;

/**
 * The peer has sent, or announced, a frame that is longer than is allowed.
 */
public class LengthLimitExceededException extends FramingException {

	private static final long serialVersionUID = 1L;

	private final long length;

	private final int limit;

	/**
	 * Make the exception.
	 * @param what what kind of frame it is, such as "string"
	 * @param length its length in bytes, as far as that is known
	 * @param limit the longest that is allowed, in bytes
	 */
	public LengthLimitExceededException(String what, long length, int limit) {
		super("A %s of %d bytes or more was received, the limit is %d".formatted(what, length, limit));
		this.length = length;
		this.limit = limit;
	}

	/**
	 * How long the frame is.
	 * @return its length in bytes; it may be longer if its end was never seen
	 */
	public long length() {
		return this.length;
	}

	/**
	 * How long it might have been.
	 * @return the limit in bytes
	 */
	public int limit() {
		return this.limit;
	}

}
