package dev.twisted.protocols;

import io.netty.buffer.ByteBuf;
import org.slf4j.Logger;

/**
 * Where frames are logged, with level DEBUG, and what they look like there.
 *
 * @param logger where
 * @param limit how many bytes of a frame to show at most
 */
record FrameLog(Logger logger, int limit) {

	/** How many bytes of a frame are shown where nobody says otherwise. */
	private static final int SHOWN = 256;

	void received(FramedProtocol protocol, ByteBuf input, int start, int length) {
		if (this.logger.isDebugEnabled()) {
			this.logger.debug("{}: received {}", protocol.transport(),
					protocol.redactReceived(show(input, start, length, this.limit)));
		}
	}

	void sent(FramedProtocol protocol, ByteBuf frame) {
		if (this.logger.isDebugEnabled()) {
			this.logger.debug("{}: sent {}", protocol.transport(),
					protocol.redactSent(show(frame, frame.readerIndex(), frame.readableBytes(), this.limit)));
		}
	}

	/**
	 * Show a frame, or the beginning of a long one.
	 * @param input what it is in
	 * @param start where it begins
	 * @param length how many bytes it has
	 * @return printable ASCII as it is, anything else as {@code \xNN}
	 */
	static String show(ByteBuf input, int start, int length) {
		return show(input, start, length, SHOWN);
	}

	private static String show(ByteBuf input, int start, int length, int limit) {
		int shown = Math.min(length, limit);
		StringBuilder text = new StringBuilder(shown + 32);
		for (int i = start; i < start + shown; i++) {
			int value = input.getUnsignedByte(i);
			if (value >= ' ' && value < 0x7F && value != '\\') {
				text.append((char) value);
			}
			else {
				text.append("\\x%02x".formatted(value));
			}
		}
		if (shown < length) {
			text.append(" ... (%d bytes)".formatted(length));
		}
		return text.toString();
	}

}
