package dev.twisted.protocols;

import io.netty.buffer.ByteBuf;

/**
 * A protocol of strings with one byte of length in front. Follows Twisted's
 * {@code Int8StringReceiver}.
 */
public abstract class Int8StringReceiver extends IntNStringReceiver {

	private static final int PREFIX_LENGTH = 1;

	private static final byte[][] HEADS = readyMade(PREFIX_LENGTH);

	/**
	 * Make the receiver.
	 */
	protected Int8StringReceiver() {
		super(PREFIX_LENGTH, HEADS);
	}

	@Override
	final long length(ByteBuf input, int index) {
		return input.getUnsignedByte(index);
	}

}
