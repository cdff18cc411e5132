package dev.twisted.protocols;

import dev.twisted.struct.Struct;
import dev.twisted.struct.Values;

/**
 * A header that a {@link Struct} describes.
 */
record StructHeader(Struct struct, int lengthIndex) implements FrameHeader<Values> {

	StructHeader {
		// Fails if there is no such integer.
		struct.unpackLong(lengthIndex, new byte[struct.size()], 0);
	}

	@Override
	public int size() {
		return this.struct.size();
	}

	@Override
	public long bodyLength(Values header) {
		return header.getLong(this.lengthIndex);
	}

	@Override
	public Values read(byte[] bytes) {
		return this.struct.unpackFrom(bytes, 0);
	}

	@Override
	public byte[] write(Values header) {
		return this.struct.pack(header.toArray());
	}

}
