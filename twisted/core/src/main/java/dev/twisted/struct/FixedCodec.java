package dev.twisted.struct;

import java.util.Arrays;

/**
 * Bytes of a fixed number.
 *
 * @param content what they stand for
 * @param size how many there are
 */
record FixedCodec(Content content, int size) implements Codec {

	@Override
	public Object read(Input in) {
		int offset = in.offset();
		return this.content.decodeFilled(in.bytes(), in.take(this.size), this.size, offset);
	}

	@Override
	public void write(Output out, Object value) {
		byte[] bytes = this.content.encode(value, out.offset());
		if (bytes.length > this.size || (bytes.length < this.size && !this.content.mayBeFilled())) {
			throw new BadField(out.offset(), "takes %s%s, not %d"
				.formatted(this.content.mayBeFilled() ? "at most " : "", Quantity.ofBytes(this.size), bytes.length));
		}
		int at = out.take(this.size);
		System.arraycopy(bytes, 0, out.bytes(), at, bytes.length);
		Arrays.fill(out.bytes(), at + bytes.length, at + this.size, (byte) 0);
	}

	@Override
	public int minimumSize() {
		return this.size;
	}

}
