package dev.twisted.protocols;

import io.netty.buffer.ByteBuf;

/**
 * What a frame looks like in a log.
 */
final class FrameText {

	private FrameText() {
	}

	/**
	 * Show a frame.
	 * @param input what it is in
	 * @param start where it begins
	 * @param length how many bytes it has
	 * @param limit how many of them to show at most
	 * @return printable ASCII as it is, anything else as {@code \xNN}
	 */
	static String of(ByteBuf input, int start, int length, int limit) {
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
