package dev.twisted.web.client;

import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Decodes gzip (RFC 1952), several members in a row included. Follows Twisted's
 * {@code GzipDecoder}. A few bytes can stand for very many: what is decoded comes in
 * pieces of 16 KiB, and who wants no more of them ends it.
 */
public final class GzipDecoder implements Decoder {

	private static final int PIECE = 16 * 1024;

	private static final int FIXED_HEADER = 10;

	private static final int TRAILER = 8;

	private static final int MAX_HEADER = 64 * 1024;

	private final Inflater inflater = new Inflater(true);

	private final CRC32 checksum = new CRC32();

	private final ByteBuf pending = Unpooled.buffer();

	private State state = State.HEADER;

	private boolean begun;

	@Override
	public void decode(byte[] piece, Output output) throws DataFormatException {
		this.pending.discardReadBytes().writeBytes(piece);
		boolean more = true;
		while (more && this.pending.isReadable()) {
			more = switch (this.state) {
				case HEADER -> header();
				case DATA -> data(output);
				case TRAILER -> trailer();
			};
		}
	}

	private boolean header() throws DataFormatException {
		Integer length = headerLength();
		if (length == null) {
			if (this.pending.readableBytes() > MAX_HEADER) {
				throw new DataFormatException("The header of a gzip member does not end");
			}
			return false;
		}
		this.pending.skipBytes(length);
		this.begun = true;
		this.state = State.DATA;
		return true;
	}

	/** {@code null} as long as it is not there completely. */
	private @Nullable Integer headerLength() throws DataFormatException {
		ByteBuf in = this.pending;
		int start = in.readerIndex();
		if (in.readableBytes() < FIXED_HEADER) {
			return null;
		}
		if (in.getUnsignedByte(start) != 0x1f || in.getUnsignedByte(start + 1) != 0x8b || in.getByte(start + 2) != 8) {
			throw new DataFormatException("The body is not gzip");
		}
		int flags = in.getByte(start + 3);
		int at = start + FIXED_HEADER;
		if ((flags & 4) != 0) {
			if (in.writerIndex() < at + 2) {
				return null;
			}
			at += 2 + in.getUnsignedShortLE(at);
		}
		for (int text = Integer.bitCount(flags & (8 | 16)); text > 0; text--) {
			int end = (at < in.writerIndex()) ? in.indexOf(at, in.writerIndex(), (byte) 0) : -1;
			if (end < 0) {
				return null;
			}
			at = end + 1;
		}
		at += ((flags & 2) != 0) ? 2 : 0;
		return (at <= in.writerIndex()) ? at - start : null;
	}

	private boolean data(Output output) throws DataFormatException {
		byte[] input = new byte[this.pending.readableBytes()];
		this.pending.readBytes(input);
		this.inflater.setInput(input);
		byte[] piece = new byte[PIECE];
		int length = this.inflater.inflate(piece);
		while (length > 0) {
			this.checksum.update(piece, 0, length);
			if (!output.take(Arrays.copyOf(piece, length))) {
				return false;
			}
			length = this.inflater.inflate(piece);
		}
		if (this.inflater.needsDictionary()) {
			throw new DataFormatException("gzip has no dictionaries");
		}
		if (this.inflater.finished()) {
			int left = this.inflater.getRemaining();
			this.pending.writeBytes(input, input.length - left, left);
			this.state = State.TRAILER;
		}
		return true;
	}

	private boolean trailer() throws DataFormatException {
		if (this.pending.readableBytes() < TRAILER) {
			return false;
		}
		long checksum = this.pending.readUnsignedIntLE();
		long length = this.pending.readUnsignedIntLE();
		if (checksum != this.checksum.getValue() || length != (this.inflater.getBytesWritten() & 0xffffffffL)) {
			throw new DataFormatException("The checksum of the gzip body is wrong");
		}
		this.inflater.reset();
		this.checksum.reset();
		this.state = State.HEADER;
		return true;
	}

	@Override
	public void end() throws DataFormatException {
		if (this.state != State.HEADER || this.pending.isReadable()) {
			throw new DataFormatException("The gzip body is cut short");
		}
		if (!this.begun) {
			throw new DataFormatException("The gzip body is empty");
		}
	}

	@Override
	public void close() {
		this.inflater.end();
		this.pending.release();
	}

	private enum State {

		HEADER, DATA, TRAILER

	}

}
