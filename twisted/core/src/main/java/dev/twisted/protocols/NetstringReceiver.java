package dev.twisted.protocols;

import java.nio.charset.StandardCharsets;

import io.netty.buffer.ByteBuf;

/**
 * A protocol of netstrings: {@code 5:hello,}. Follows Twisted's {@code NetstringReceiver}
 * and <a href="https://cr.yp.to/proto/netstrings.txt">the format's description</a>.
 * <p>
 * What is no netstring, or a longer one than {@link #maxLength()}, closes the connection:
 * its reason is a {@link NetstringParseException} or a
 * {@link LengthLimitExceededException}.
 */
public abstract class NetstringReceiver extends StringReceiver {

	private static final byte[] COMMA = { ',' };

	private boolean brokenPeer;

	/** Where the string begins in the netstring that was looked at last. */
	private int headLength;

	/** How long that string is. */
	private int length;

	/**
	 * Make the receiver.
	 */
	protected NetstringReceiver() {
	}

	/**
	 * Whether the peer has sent something that is no netstring.
	 * @return true if it has, and the connection is closed for that
	 */
	public final boolean brokenPeer() {
		return this.brokenPeer;
	}

	@Override
	boolean next(ByteBuf input) throws Exception {
		try {
			if (!readHead(input)) {
				return false;
			}
			if (input.readableBytes() - this.headLength <= this.length) {
				return false;
			}
			if (input.getByte(input.readerIndex() + this.headLength + this.length) != ',') {
				throw new NetstringParseException(
						"There is no comma after a netstring of %d bytes".formatted(this.length));
			}
		}
		catch (FramingException ex) {
			this.brokenPeer = true;
			throw ex;
		}
		int start = input.readerIndex() + this.headLength;
		input.readerIndex(start + this.length + COMMA.length);
		deliverString(input, start, this.length);
		return true;
	}

	/**
	 * Read the length and the colon.
	 * @return false if they have not come to their end
	 */
	private boolean readHead(ByteBuf input) {
		int end = input.writerIndex();
		long length = 0;
		for (int i = input.readerIndex(); i < end; i++) {
			int value = input.getByte(i) - '0';
			int digits = i - input.readerIndex();
			if (value == ':' - '0' && digits > 0) {
				this.headLength = digits + 1;
				this.length = (int) length;
				return true;
			}
			if (value < 0 || value > 9) {
				throw new NetstringParseException(
						"Byte 0x%02X at offset %d is not of a netstring's length".formatted(input.getByte(i), digits));
			}
			if (length == 0 && digits > 0) {
				throw new NetstringParseException("A netstring's length begins with a zero");
			}
			length = length * 10 + value;
			if (length > maxLength()) {
				tooLong();
				throw new LengthLimitExceededException("netstring", length, maxLength());
			}
		}
		return false;
	}

	@Override
	int missing(ByteBuf input) {
		if (!readHead(input)) {
			return 1;
		}
		int left = this.length - (input.readableBytes() - this.headLength);
		// The comma as well, unless there is no such number.
		return Math.max(left, left + COMMA.length);
	}

	@Override
	byte[] head(int length) {
		return (length + ":").getBytes(StandardCharsets.US_ASCII);
	}

	@Override
	byte[] tail() {
		return COMMA;
	}

}
