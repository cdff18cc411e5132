package dev.twisted.protocols;

/**
 * A header whose body is not exactly as long as it says.
 */
record AdjustedHeader<H>(FrameHeader<H> header, int adjustment) implements FrameHeader<H> {

	@Override
	public int size() {
		return this.header.size();
	}

	@Override
	public long bodyLength(H header) {
		long length = this.header.bodyLength(header);
		// What no body can have stays what it is, instead of turning over.
		return (length > Integer.MAX_VALUE || length < 0) ? length : length + this.adjustment;
	}

	@Override
	public H read(byte[] bytes) {
		return this.header.read(bytes);
	}

	@Override
	public byte[] write(H header) {
		return this.header.write(header);
	}

}
