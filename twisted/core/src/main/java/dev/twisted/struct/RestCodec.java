package dev.twisted.struct;

/**
 * Bytes up to the end.
 *
 * @param content what they stand for
 */
record RestCodec(Content content) implements Codec {

	@Override
	public Object read(Input in) {
		int offset = in.offset();
		int length = in.remaining();
		return this.content.decode(in.bytes(), in.take(length), length, offset);
	}

	@Override
	public void write(Output out, Object value) {
		out.put(this.content.encode(value, out.offset()));
	}

	@Override
	public int minimumSize() {
		return 0;
	}

	@Override
	public boolean isFixedSize() {
		return false;
	}

	@Override
	public boolean isOpen() {
		return true;
	}

}
