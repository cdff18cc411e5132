package dev.twisted.protocols;

import java.util.function.ToLongFunction;

import dev.twisted.struct.RecordFormat;
import dev.twisted.struct.Struct;
import dev.twisted.struct.Values;

/**
 * The header in front of each frame of a private format: how it is read and written, and
 * where it says how long the body behind it is. One of these serves all connections and
 * belongs in a constant.
 *
 * @param <H> what a header is read as
 */
public interface FrameHeader<H> {

	/**
	 * How long a header is.
	 * @return the number of bytes, more than zero
	 */
	int size();

	/**
	 * Read a header.
	 * @param bytes the header; it is used again afterwards
	 * @return the header
	 * @throws IllegalArgumentException if it is none; closes the connection with that
	 * message
	 */
	H read(byte[] bytes);

	/**
	 * How long the body behind a header is.
	 * @param header the header
	 * @return the number of bytes; what the peer says, so it may be anything
	 * @throws IllegalArgumentException if it does not say; closes the connection with
	 * that message
	 */
	long bodyLength(H header);

	/**
	 * Write a header.
	 * @param header the header
	 * @return its bytes
	 * @throws IllegalArgumentException if it cannot be written
	 */
	byte[] write(H header);

	/**
	 * The same header where the body is not exactly as long as it says.
	 * @param adjustment how many bytes the body is longer than the header says; negative
	 * if it is shorter, because the length includes something else
	 * @return the header
	 */
	default FrameHeader<H> withAdjustment(int adjustment) {
		return new AdjustedHeader<>(this, adjustment);
	}

	/**
	 * A header that a {@link Struct} describes.
	 * @param struct the header
	 * @param lengthIndex which of its values is the length of the body, from 0
	 * @return the header
	 * @throws IllegalArgumentException if that value is no integer
	 */
	static FrameHeader<Values> of(Struct struct, int lengthIndex) {
		return new StructHeader(struct, lengthIndex);
	}

	/**
	 * A header that a format of {@link Struct} describes, such as {@code "!iii"}.
	 * @param format the header
	 * @param lengthIndex which of its values is the length of the body, from 0
	 * @return the header
	 * @throws IllegalArgumentException if the format is wrong, or that value is no
	 * integer
	 */
	static FrameHeader<Values> of(String format, int lengthIndex) {
		return of(Struct.of(format), lengthIndex);
	}

	/**
	 * A header that is a record.
	 * @param format the header
	 * @param length tells the length of the body of a header
	 * @param <R> the record
	 * @return the header
	 * @throws IllegalArgumentException if not all headers are of the same size
	 */
	static <R extends Record> FrameHeader<R> of(RecordFormat<R> format, ToLongFunction<? super R> length) {
		return new RecordHeader<>(format, length);
	}

}
