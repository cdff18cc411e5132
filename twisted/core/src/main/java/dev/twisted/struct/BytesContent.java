package dev.twisted.struct;

import java.util.Arrays;

/**
 * Bytes that are meant as they are.
 */
record BytesContent() implements Content {

	@Override
	public Object decode(byte[] bytes, int at, int length, int offset) {
		return Arrays.copyOfRange(bytes, at, at + length);
	}

	@Override
	public byte[] encode(Object value, int offset) {
		return (byte[]) value;
	}

	@Override
	public Object decodeFilled(byte[] bytes, int at, int length, int offset) {
		return decode(bytes, at, length, offset);
	}

	@Override
	public boolean mayBeFilled() {
		return false;
	}

}
