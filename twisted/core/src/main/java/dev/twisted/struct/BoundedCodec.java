package dev.twisted.struct;

/**
 * A value behind its length in bytes.
 *
 * @param value what is behind it
 * @param width the bytes of the length
 * @param bigEndian whether its first byte is the most significant
 * @param max the largest length allowed, which the bytes of the length have room for
 */
record BoundedCodec(Codec value, int width, boolean bigEndian, int max) implements Codec {

	@Override
	public Object read(Input in) {
		int offset = in.offset();
		int length = in.takeCount(this.width, this.bigEndian, this.max, "length");
		if (length > in.remaining()) {
			throw new BadField(offset, "length %d, and there %s".formatted(length, Quantity.areBytes(in.remaining())));
		}
		int limit = in.narrow(length);
		Object result = this.value.read(in);
		in.requireEnd();
		in.widen(limit);
		return result;
	}

	@Override
	public void write(Output out, Object object) {
		int offset = out.offset();
		int at = out.take(this.width);
		int start = out.position();
		this.value.write(out, object);
		int length = out.position() - start;
		if (length > this.max) {
			throw new BadField(offset, "length %d is above the maximum of %d".formatted(length, this.max));
		}
		Binary.put(out.bytes(), at, this.width, this.bigEndian, length);
	}

	@Override
	public int minimumSize() {
		return this.width + this.value.minimumSize();
	}

	@Override
	public boolean isFixedSize() {
		return this.value.isFixedSize();
	}

}
