package dev.twisted.protocols;

import io.netty.buffer.ByteBuf;

/**
 * A protocol of strings with two bytes of length in front. Follows Twisted's
 * {@code Int16StringReceiver}.
 */
public abstract class Int16StringReceiver extends IntNStringReceiver {

	private static final int PREFIX_LENGTH = 2;

	private static final byte[][] HEADS = readyMade(PREFIX_LENGTH);

	/**
	 * Make the receiver.
	 */
	protected Int16StringReceiver() {
		super(PREFIX_LENGTH, HEADS);
	}

	@Override
	final long length(ByteBuf input, int index) {
		return input.getUnsignedShort(index);
	}

}
