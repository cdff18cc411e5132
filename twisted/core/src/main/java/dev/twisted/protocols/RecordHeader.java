package dev.twisted.protocols;

import java.util.function.ToLongFunction;

import dev.twisted.struct.RecordFormat;

/**
 * A header that is a record.
 */
record RecordHeader<R extends Record>(RecordFormat<R> format, ToLongFunction<? super R> length,
		int size) implements FrameHeader<R> {

	RecordHeader(RecordFormat<R> format, ToLongFunction<? super R> length) {
		this(format, length, format.size()
			.orElseThrow(() -> new IllegalArgumentException(
					"%s is no header: not every one has the same size".formatted(format.type().getSimpleName()))));
	}

	@Override
	public long bodyLength(R header) {
		return this.length.applyAsLong(header);
	}

	@Override
	public R read(byte[] bytes) {
		return this.format.decodeFrom(bytes, 0);
	}

	@Override
	public byte[] write(R header) {
		return this.format.encode(header);
	}

}
