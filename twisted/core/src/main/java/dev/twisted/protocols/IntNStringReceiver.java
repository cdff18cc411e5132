package dev.twisted.protocols;

import io.netty.buffer.ByteBuf;

/**
 * A protocol of strings with their length in front, as an unsigned integer in network
 * byte order. Follows Twisted's {@code IntNStringReceiver}; use
 * {@link Int8StringReceiver}, {@link Int16StringReceiver} or {@link Int32StringReceiver}.
 * <p>
 * A length above {@link #maxLength()} goes to {@link #lengthLimitExceeded} as soon as it
 * has come in; nothing is kept of the string, let alone allocated for it.
 */
public abstract class IntNStringReceiver extends StringReceiver {

	/** Strings shorter than this have their heads made once for all. */
	private static final int READY_MADE = 1024;

	private static final byte[] NOTHING = {};

	private final int prefixLength;

	private final byte[][] heads;

	IntNStringReceiver(int prefixLength, byte[][] heads) {
		this.prefixLength = prefixLength;
		this.heads = heads;
	}

	/**
	 * How long the length in front of a string is.
	 * @return the number of bytes
	 */
	public final int prefixLength() {
		return this.prefixLength;
	}

	/**
	 * A string is announced that is longer than {@link #maxLength()}. The connection is
	 * closed unless this is overridden. If it is overridden and stays open, the string is
	 * dropped as it comes in, and the one after it is received.
	 * @param length how long the peer says that it is, in bytes
	 * @throws Exception to close the connection with that reason
	 */
	protected void lengthLimitExceeded(long length) throws Exception {
		throw new LengthLimitExceededException("string", length, maxLength());
	}

	/** Read the length in front of a string. */
	abstract long length(ByteBuf input, int index);

	@Override
	boolean next(ByteBuf input) throws Exception {
		int available = input.readableBytes() - this.prefixLength;
		if (available < 0) {
			return false;
		}
		int start = input.readerIndex() + this.prefixLength;
		long length = length(input, start - this.prefixLength);
		if (length > maxLength()) {
			input.readerIndex(start);
			drop(length);
			tooLong();
			lengthLimitExceeded(length);
			return true;
		}
		if (available < length) {
			return false;
		}
		input.readerIndex(start + (int) length);
		deliverString(input, start, (int) length);
		return true;
	}

	@Override
	int missing(ByteBuf input) {
		int available = input.readableBytes();
		if (available < this.prefixLength) {
			return this.prefixLength - available;
		}
		return (int) (this.prefixLength + length(input, input.readerIndex()) - available);
	}

	@Override
	byte[] head(int length) {
		if (length < this.heads.length) {
			return this.heads[length];
		}
		long limit = (1L << (Byte.SIZE * this.prefixLength)) - 1;
		if (length > limit) {
			throw new StringTooLongException(length, limit);
		}
		return makeHead(length, this.prefixLength);
	}

	private static byte[] makeHead(int length, int prefixLength) {
		byte[] head = new byte[prefixLength];
		for (int i = 0; i < head.length; i++) {
			head[i] = (byte) (length >>> (Byte.SIZE * (head.length - 1 - i)));
		}
		return head;
	}

	@Override
	byte[] tail() {
		return NOTHING;
	}

	/** The heads of short strings, for all receivers of a kind. */
	static byte[][] readyMade(int prefixLength) {
		byte[][] heads = new byte[(prefixLength == 1) ? 1 << Byte.SIZE : READY_MADE][];
		for (int length = 0; length < heads.length; length++) {
			heads[length] = makeHead(length, prefixLength);
		}
		return heads;
	}

}
