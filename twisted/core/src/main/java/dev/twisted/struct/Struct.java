package dev.twisted.struct;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

import org.jspecify.annotations.Nullable;

/**
 * Converts between values and bytes as a format says. Follows Python's {@code struct}
 * module, whose format language it speaks to the letter: same bytes, same errors.
 * <p>
 * A format starts with {@code <} (little-endian), {@code >} or {@code !} (big-endian),
 * {@code =} (the platform's byte order) or {@code @} (the platform's byte order, sizes
 * and alignment), which is also meant where none of these is given. Then come these
 * characters, with whitespace between them as one likes:
 * <table border="1">
 * <caption>Format characters</caption>
 * <tr>
 * <th>character</th>
 * <th>C type</th>
 * <th>bytes</th>
 * <th>unpacked as</th>
 * </tr>
 * <tr>
 * <td>{@code x}</td>
 * <td>padding</td>
 * <td>1</td>
 * <td>no value</td>
 * </tr>
 * <tr>
 * <td>{@code c}</td>
 * <td>char</td>
 * <td>1</td>
 * <td>{@code byte[]} of length 1</td>
 * </tr>
 * <tr>
 * <td>{@code b}, {@code B}</td>
 * <td>signed, unsigned char</td>
 * <td>1</td>
 * <td>{@code Integer}</td>
 * </tr>
 * <tr>
 * <td>{@code ?}</td>
 * <td>_Bool</td>
 * <td>1</td>
 * <td>{@code Boolean}</td>
 * </tr>
 * <tr>
 * <td>{@code h}, {@code H}</td>
 * <td>short, unsigned short</td>
 * <td>2</td>
 * <td>{@code Integer}</td>
 * </tr>
 * <tr>
 * <td>{@code i}, {@code I}</td>
 * <td>int, unsigned int</td>
 * <td>4</td>
 * <td>{@code Integer}, {@code Long}</td>
 * </tr>
 * <tr>
 * <td>{@code l}, {@code L}</td>
 * <td>long, unsigned long</td>
 * <td>4, natively mostly 8</td>
 * <td>as {@code i}, {@code I} or {@code q}, {@code Q}, by size</td>
 * </tr>
 * <tr>
 * <td>{@code q}, {@code Q}</td>
 * <td>long long, unsigned long long</td>
 * <td>8</td>
 * <td>{@code Long}, {@code BigInteger}</td>
 * </tr>
 * <tr>
 * <td>{@code n}, {@code N}, {@code P}</td>
 * <td>ssize_t, size_t, void *</td>
 * <td>native only, mostly 8</td>
 * <td>{@code Long}, {@code BigInteger}, {@code BigInteger}</td>
 * </tr>
 * <tr>
 * <td>{@code e}, {@code f}, {@code d}</td>
 * <td>half, float, double</td>
 * <td>2, 4, 8</td>
 * <td>{@code Float}, {@code Float}, {@code Double}</td>
 * </tr>
 * <tr>
 * <td>{@code s}</td>
 * <td>char[]</td>
 * <td>its count</td>
 * <td>{@code byte[]} of that length</td>
 * </tr>
 * <tr>
 * <td>{@code p}</td>
 * <td>Pascal string</td>
 * <td>its count</td>
 * <td>{@code byte[]}; the first byte tells the length</td>
 * </tr>
 * </table>
 * A count in front of a character repeats it; in front of {@code s} and {@code p} it is
 * the length. A count of 0 gives no value but aligns what follows, if anything is
 * aligned.
 * <p>
 * So the class of an unpacked value depends on the format alone: integers come as the
 * first of {@code Integer}, {@code Long} and {@code BigInteger} that holds every number
 * of that width and sign. To be packed, an integer may come as any of {@code Byte},
 * {@code Short}, {@code Integer}, {@code Long} and {@code BigInteger}, a floating point
 * number as any {@code Number}, a truth value as {@code Boolean} or as a number that is
 * zero or not, and everything else as {@code byte[]}. Text has to be encoded first.
 * {@code s} and {@code p} cut what is too long and fill up what is too short with zeros.
 * <p>
 * A Struct does not change and may be used from any thread. The static methods keep the
 * formats they were last called with; {@link #of} serves best in a constant.
 */
public final class Struct {

	private final String format;

	private final Item[] items;

	private final int size;

	private final int count;

	Struct(String format, NativeSizes sizes) {
		this.format = Objects.requireNonNull(format, "The format must not be null");
		FormatParser parser = new FormatParser(format, sizes);
		this.items = parser.items();
		this.size = parser.size();
		this.count = parser.count();
	}

	/**
	 * Read a format.
	 * @param format what the bytes look like
	 * @return a Struct for it
	 * @throws StructException if it is none
	 */
	public static Struct of(String format) {
		return new Struct(format, NativeSizes.OF_THIS_PLATFORM);
	}

	/**
	 * How many bytes a format stands for.
	 * @param format what the bytes look like
	 * @return the size in bytes
	 * @throws StructException if it is no format
	 */
	public static int calcsize(String format) {
		return StructCache.get(format).size;
	}

	/**
	 * Make bytes of values.
	 * @param format what the bytes look like
	 * @param values one for each that the format asks for
	 * @return the bytes
	 * @throws StructException if it is no format, or the values do not fit it
	 */
	public static byte[] pack(String format, @Nullable Object... values) {
		return StructCache.get(format).pack(values);
	}

	/**
	 * Put values into bytes that are there already.
	 * @param format what the bytes look like
	 * @param buffer takes them
	 * @param offset where to start; a negative one counts from the end
	 * @param values one for each that the format asks for
	 * @throws StructException if it is no format, the values do not fit it, or it has no
	 * room; unless that was for a value, nothing has been written
	 */
	public static void packInto(String format, byte[] buffer, int offset, @Nullable Object... values) {
		StructCache.get(format).packInto(buffer, offset, values);
	}

	/**
	 * Make values of bytes.
	 * @param format what the bytes look like
	 * @param bytes as many as the format stands for
	 * @return the values
	 * @throws StructException if it is no format, or there are more bytes or less
	 */
	public static Values unpack(String format, byte[] bytes) {
		return StructCache.get(format).unpack(bytes);
	}

	/**
	 * Make values of some of the bytes.
	 * @param format what the bytes look like
	 * @param buffer has the bytes
	 * @param offset where to start; a negative one counts from the end
	 * @return the values
	 * @throws StructException if it is no format, or there are not enough bytes
	 */
	public static Values unpackFrom(String format, byte[] buffer, int offset) {
		return StructCache.get(format).unpackFrom(buffer, offset);
	}

	/**
	 * Make values of bytes that hold one set of them after the other.
	 * @param format what the bytes of one set look like
	 * @param bytes a multiple of what the format stands for
	 * @return the sets, each unpacked when it is asked for
	 * @throws StructException if it is no format or one of no bytes, or the bytes are no
	 * multiple
	 */
	public static Iterable<Values> iterUnpack(String format, byte[] bytes) {
		return StructCache.get(format).iterUnpack(bytes);
	}

	/**
	 * What this was made of.
	 * @return the format
	 */
	public String format() {
		return this.format;
	}

	/**
	 * How many bytes this stands for.
	 * @return the size in bytes
	 */
	public int size() {
		return this.size;
	}

	/**
	 * How many values this stands for; padding has none.
	 * @return the number of values
	 */
	public int count() {
		return this.count;
	}

	/**
	 * Make bytes of values. The first value must not be a {@code String}: that is what
	 * the static method of this name is for, and no value is one.
	 * @param values one for each that the format asks for
	 * @return the bytes
	 * @throws StructException if the values do not fit the format
	 */
	public byte[] pack(@Nullable Object... values) {
		requireCount("pack", values.length);
		byte[] bytes = new byte[this.size];
		packChecked(bytes, 0, values);
		return bytes;
	}

	/**
	 * Put values into bytes that are there already.
	 * @param buffer takes them
	 * @param offset where to start; a negative one counts from the end
	 * @param values one for each that the format asks for
	 * @throws StructException if the values do not fit the format, or it has no room;
	 * unless that was for a value, nothing has been written
	 */
	public void packInto(byte[] buffer, int offset, @Nullable Object... values) {
		requireCount("pack_into", values.length);
		int start = offset;
		if (start < 0) {
			if (start + this.size > 0) {
				throw new StructException("no space to pack %d bytes at offset %d".formatted(this.size, offset));
			}
			start = fromEnd(offset, buffer.length);
		}
		if (buffer.length - start < this.size) {
			throw new StructException(("pack_into requires a buffer of at least %d bytes for packing %d bytes"
					+ " at offset %d (actual buffer size is %d)")
				.formatted((long) start + this.size, this.size, start, buffer.length));
		}
		Arrays.fill(buffer, start, start + this.size, (byte) 0);
		packChecked(buffer, start, values);
	}

	/**
	 * Put values into a buffer, at its position, which moves behind them.
	 * @param buffer takes them
	 * @param values one for each that the format asks for
	 * @throws StructException if the values do not fit the format, or it has no room;
	 * then nothing has been written
	 */
	public void packInto(ByteBuffer buffer, @Nullable Object... values) {
		if (buffer.remaining() < this.size) {
			throw new StructException(
					"pack_into requires a buffer of %d bytes, not %d".formatted(this.size, buffer.remaining()));
		}
		buffer.put(pack(values));
	}

	/**
	 * Make values of bytes.
	 * @param bytes as many as the format stands for
	 * @return the values
	 * @throws StructException if there are more bytes or less
	 */
	public Values unpack(byte[] bytes) {
		if (bytes.length != this.size) {
			throw new StructException(
					"unpack requires a buffer of %d bytes, not %d".formatted(this.size, bytes.length));
		}
		return unpackChecked(bytes, 0);
	}

	/**
	 * Make values of some of the bytes.
	 * @param buffer has the bytes
	 * @param offset where to start; a negative one counts from the end
	 * @return the values
	 * @throws StructException if there are not enough bytes
	 */
	public Values unpackFrom(byte[] buffer, int offset) {
		return unpackChecked(buffer, requireReadable(buffer, offset));
	}

	/**
	 * Make values of the next bytes of a buffer, whose position moves behind them.
	 * @param buffer has the bytes
	 * @return the values
	 * @throws StructException if there are not enough bytes; then nothing has been read
	 */
	public Values unpackFrom(ByteBuffer buffer) {
		if (buffer.remaining() < this.size) {
			throw new StructException(
					"unpack_from requires a buffer of %d bytes, not %d".formatted(this.size, buffer.remaining()));
		}
		if (buffer.hasArray()) {
			int start = buffer.arrayOffset() + buffer.position();
			buffer.position(buffer.position() + this.size);
			return unpackChecked(buffer.array(), start);
		}
		byte[] bytes = new byte[this.size];
		buffer.get(bytes);
		return unpackChecked(bytes, 0);
	}

	/**
	 * Make values of bytes that hold one set of them after the other.
	 * @param bytes a multiple of what the format stands for
	 * @return the sets, each unpacked when it is asked for
	 * @throws StructException if the format stands for no bytes, or these are no multiple
	 */
	public Iterable<Values> iterUnpack(byte[] bytes) {
		if (this.size == 0) {
			throw new StructException("cannot iteratively unpack with a struct of length 0");
		}
		if (bytes.length % this.size != 0) {
			throw new StructException("iterative unpacking requires a buffer of a multiple of %d bytes, not %d"
				.formatted(this.size, bytes.length));
		}
		return () -> new Sets(bytes);
	}

	/**
	 * Read one integer and leave the rest, without making an object: what to ask for the
	 * length in a header before anything else of it is of interest.
	 * @param index its place among the values, from 0
	 * @param buffer has the bytes
	 * @param offset where the first value starts; a negative one counts from the end
	 * @return the number; for 64 bits without a sign, those bits
	 * @throws StructException if that value is no integer, or there are not enough bytes
	 * for all values
	 * @throws IndexOutOfBoundsException if there is no such value
	 */
	public long unpackLong(int index, byte[] buffer, int offset) {
		Objects.checkIndex(index, this.count);
		int start = requireReadable(buffer, offset);
		int first = 0;
		int i = 0;
		while (index - first >= this.items[i].repeat()) {
			first += this.items[i].repeat();
			i++;
		}
		Item item = this.items[i];
		return item.unpackLong(buffer, start + item.offset() + (index - first) * item.size());
	}

	@Override
	public String toString() {
		return "Struct(\"%s\")".formatted(this.format);
	}

	Item[] items() {
		return this.items;
	}

	private void requireCount(String method, int actual) {
		if (actual != this.count) {
			throw new StructException(
					"%s expected %d items for packing (got %d)".formatted(method, this.count, actual));
		}
	}

	private int requireReadable(byte[] buffer, int offset) {
		int start = offset;
		if (start < 0) {
			if (start + this.size > 0) {
				throw new StructException(
						"not enough data to unpack %d bytes at offset %d".formatted(this.size, offset));
			}
			start = fromEnd(offset, buffer.length);
		}
		if (buffer.length - start < this.size) {
			throw new StructException(("unpack_from requires a buffer of at least %d bytes for unpacking %d bytes"
					+ " at offset %d (actual buffer size is %d)")
				.formatted((long) start + this.size, this.size, start, buffer.length));
		}
		return start;
	}

	private static int fromEnd(int offset, int length) {
		if (offset + length < 0) {
			throw new StructException("offset %d out of range for %d-byte buffer".formatted(offset, length));
		}
		return offset + length;
	}

	private void packChecked(byte[] bytes, int start, @Nullable Object[] values) {
		int index = 0;
		for (Item item : this.items) {
			int at = start + item.offset();
			for (int i = 0; i < item.repeat(); i++) {
				try {
					item.pack(bytes, at, values[index]);
				}
				catch (StructException ex) {
					throw new StructException("%s (value %d)".formatted(ex.getMessage(), index), ex);
				}
				at += item.size();
				index++;
			}
		}
	}

	private Values unpackChecked(byte[] bytes, int start) {
		Object[] values = new Object[this.count];
		int index = 0;
		for (Item item : this.items) {
			int at = start + item.offset();
			for (int i = 0; i < item.repeat(); i++) {
				values[index] = item.unpack(bytes, at);
				at += item.size();
				index++;
			}
		}
		return new Values(values);
	}

	/**
	 * One set of values after the other.
	 */
	private final class Sets implements Iterator<Values> {

		private final byte[] bytes;

		private int position;

		Sets(byte[] bytes) {
			this.bytes = bytes;
		}

		@Override
		public boolean hasNext() {
			return this.position < this.bytes.length;
		}

		@Override
		public Values next() {
			if (!hasNext()) {
				throw new NoSuchElementException("There are no more bytes");
			}
			Values values = unpackChecked(this.bytes, this.position);
			this.position += Struct.this.size;
			return values;
		}

	}

}
