package dev.twisted.struct;

import java.util.Arrays;

/**
 * The bytes that a record is encoded to. Grows if it may.
 */
final class Output {

	private byte[] bytes;

	private final int start;

	private int position;

	/**
	 * Write into an array that has room for everything or may be replaced by a larger
	 * one.
	 */
	Output(byte[] bytes, int start) {
		this.bytes = bytes;
		this.start = start;
		this.position = start;
	}

	/**
	 * The array in use; another one after each {@link #take}.
	 */
	byte[] bytes() {
		return this.bytes;
	}

	int position() {
		return this.position;
	}

	/**
	 * How far it is from the start of the outermost record.
	 */
	int offset() {
		return this.position - this.start;
	}

	/**
	 * Make room for the next bytes, which have to be written whatever they are.
	 * @return their index in {@link #bytes()}
	 */
	int take(int count) {
		int at = this.position;
		if (this.bytes.length - at < count) {
			grow(count);
		}
		this.position = at + count;
		return at;
	}

	void fill(int count) {
		int at = take(count);
		Arrays.fill(this.bytes, at, at + count, (byte) 0);
	}

	void put(byte[] content) {
		int at = take(content.length);
		System.arraycopy(content, 0, this.bytes, at, content.length);
	}

	byte[] toByteArray() {
		return (this.position == this.bytes.length && this.start == 0) ? this.bytes
				: Arrays.copyOfRange(this.bytes, this.start, this.position);
	}

	private void grow(int count) {
		long needed = (long) this.position + count;
		if (needed > Integer.MAX_VALUE - Long.BYTES) {
			throw new BadField(offset(), "the record has no room in an array");
		}
		this.bytes = Arrays.copyOf(this.bytes,
				(int) Math.min(Math.max(needed, this.bytes.length * 2L), Integer.MAX_VALUE - Long.BYTES));
	}

}
