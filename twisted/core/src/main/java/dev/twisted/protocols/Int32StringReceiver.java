package dev.twisted.protocols;

import io.netty.buffer.ByteBuf;

/**
 * A protocol of strings with four bytes of length in front. Follows Twisted's
 * {@code Int32StringReceiver}.
 */
public abstract class Int32StringReceiver extends IntNStringReceiver {

	private static final int PREFIX_LENGTH = 4;

	private static final byte[][] HEADS = readyMade(PREFIX_LENGTH);

	/**
	 * Make the receiver.
	 */
	protected Int32StringReceiver() {
		super(PREFIX_LENGTH, HEADS);
	}

	@Override
	final long length(ByteBuf input, int index) {
		return input.getUnsignedInt(index);
	}

}
