package dev.twisted.struct;

/**
 * The bytes that a record is decoded from, and how far that is. Everything that is taken
 * is compared with what is there first.
 */
final class Input {

	private final byte[] bytes;

	private final int start;

	private int position;

	private int limit;

	Input(byte[] bytes, int start, int limit) {
		this.bytes = bytes;
		this.start = start;
		this.position = start;
		this.limit = limit;
	}

	byte[] bytes() {
		return this.bytes;
	}

	/**
	 * How far it is from the start of the outermost record.
	 */
	int offset() {
		return this.position - this.start;
	}

	int remaining() {
		return this.limit - this.position;
	}

	/**
	 * Take the next bytes.
	 * @return their index in {@link #bytes()}
	 */
	int take(int count) {
		int at = this.position;
		if (this.limit - at < count) {
			throw new BadField(offset(),
					"needs %s, and there %s".formatted(Quantity.ofBytes(count), Quantity.areBytes(remaining())));
		}
		this.position = at + count;
		return at;
	}

	/**
	 * Take a length or a number of elements.
	 * @return the number; more than fits an {@code int} is too much anyway
	 */
	int takeCount(int width, boolean bigEndian, int max, String what) {
		int offset = offset();
		long count = Binary.getUnsigned(this.bytes, take(width), width, bigEndian);
		if (count < 0 || count > max) {
			throw new BadField(offset,
					"%s %s is above the maximum of %d".formatted(what, Long.toUnsignedString(count), max));
		}
		return (int) count;
	}

	/**
	 * Let the input end earlier.
	 * @return where it ended before, for {@link #widen}
	 */
	int narrow(int count) {
		int before = this.limit;
		this.limit = this.position + count;
		return before;
	}

	void widen(int limit) {
		this.limit = limit;
	}

	void requireEnd() {
		if (remaining() > 0) {
			throw new BadField(offset(), "%s left over".formatted(Quantity.areBytes(remaining())));
		}
	}

}
