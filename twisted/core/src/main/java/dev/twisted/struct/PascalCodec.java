package dev.twisted.struct;

/**
 * Bytes in a room of fixed size whose first byte tells how many there are.
 *
 * @param content what they stand for
 * @param size the bytes of the room, the first included
 */
record PascalCodec(Content content, int size) implements Codec {

	@Override
	public Object read(Input in) {
		int offset = in.offset();
		int at = in.take(this.size);
		int length = in.bytes()[at] & 0xFF;
		if (length > room()) {
			throw new BadField(offset, "length %d is above the maximum of %d".formatted(length, room()));
		}
		return this.content.decode(in.bytes(), at + 1, length, offset);
	}

	@Override
	public void write(Output out, Object value) {
		byte[] bytes = this.content.encode(value, out.offset());
		if (bytes.length > room()) {
			throw new BadField(out.offset(),
					"takes at most %s, not %d".formatted(Quantity.ofBytes(room()), bytes.length));
		}
		int at = out.take(1);
		out.bytes()[at] = (byte) bytes.length;
		out.put(bytes);
		out.fill(this.size - 1 - bytes.length);
	}

	@Override
	public int minimumSize() {
		return this.size;
	}

	private int room() {
		return Math.min(this.size - 1, 255);
	}

}
