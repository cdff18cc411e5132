package dev.twisted.spread.banana;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;

/**
 * Reads expressions from a stream that comes in pieces. What it keeps grows with what has
 * come in, never with what was announced. For one thread.
 * <p>
 * Both of Twisted's limits hold: a number may have 64 digits of seven bits, a string or
 * list may have {@value #SIZE_LIMIT} bytes or elements. In addition there are limits to
 * how deep lists are nested, and to how many bytes one whole expression has.
 */
public final class BananaDecoder {

	/** How many bytes a string, or elements a list, may have. */
	public static final int SIZE_LIMIT = 640 * 1024;

	static final int PREFIX_LIMIT = 64;

	/** So many digits of seven bits fit into a long. */
	private static final int LONG_DIGITS = 9;

	private static final int DIGIT_BITS = 7;

	private final int maxDepth;

	private long maxSize;

	private boolean vocabulary;

	/** The lists that have begun and not ended. */
	private final List<Open> open = new ArrayList<>();

	/** How much of the present expression has come. */
	private long size;

	/** What has come in and could not be read yet. */
	private @Nullable ByteBuf kept;

	/** The number before the type byte, unless it is too long for that. */
	private long prefix;

	private int digits;

	/**
	 * Make the decoder.
	 * @param maxDepth how deep lists may be nested
	 * @param maxSize how many bytes an expression may have
	 */
	public BananaDecoder(int maxDepth, long maxSize) {
		this.maxDepth = maxDepth;
		this.maxSize = maxSize;
	}

	/**
	 * Say which dialect is spoken from now on. Before that, words have no numbers.
	 * @param dialect the dialect
	 */
	public void setDialect(Dialect dialect) {
		this.vocabulary = (dialect == Dialect.PB);
	}

	/**
	 * Say how many bytes an expression may have; holds from the next one on.
	 * @param maxSize the limit
	 */
	public void setMaxSize(long maxSize) {
		this.maxSize = maxSize;
	}

	/**
	 * Take what has come in.
	 * @param data the bytes; stays the caller's, who calls {@link #next} until there is
	 * nothing more and then {@link #keep}
	 * @return where to read from
	 */
	public ByteBuf receive(ByteBuf data) {
		ByteBuf begun = this.kept;
		if (begun == null) {
			return data;
		}
		begun.writeBytes(data);
		return begun;
	}

	/**
	 * Read one expression.
	 * @param input what {@link #receive} has returned
	 * @return the expression, {@code null} if it has not come to its end
	 * @throws BananaException if what came in is no banana or exceeds a limit
	 */
	public @Nullable Object next(ByteBuf input) throws BananaException {
		while (true) {
			int start = input.readerIndex();
			Object item = readItem(input);
			if (item == null) {
				return null;
			}
			this.size += input.readerIndex() - start;
			checkSize(0);
			if (item instanceof Open list) {
				if (this.open.size() >= this.maxDepth) {
					throw new BananaException("Lists are nested more than %d deep".formatted(this.maxDepth));
				}
				this.open.add(list);
				continue;
			}
			Object whole = add(item);
			if (whole != null) {
				this.size = 0;
				return whole;
			}
		}
	}

	/**
	 * Keep what could not be read yet.
	 * @param input what {@link #receive} has returned
	 */
	public void keep(ByteBuf input) {
		ByteBuf begun = this.kept;
		if (!input.isReadable()) {
			this.kept = null;
		}
		else if (begun != null) {
			// What has come since was put behind it, so that this is the input.
			begun.discardSomeReadBytes();
		}
		else {
			this.kept = Unpooled.buffer(input.readableBytes()).writeBytes(input);
		}
	}

	/**
	 * Whether an expression has begun to come in and its end has not.
	 * @return true between its first byte and its last
	 */
	public boolean insideExpression() {
		return this.kept != null || !this.open.isEmpty();
	}

	/**
	 * Put an item where it belongs.
	 * @return the whole expression if that was the end of it
	 */
	private @Nullable Object add(Object item) {
		Object complete = item;
		for (int last = this.open.size() - 1; last >= 0; last--) {
			Open list = this.open.get(last);
			list.items.add(complete);
			if (--list.missing > 0) {
				return null;
			}
			this.open.remove(last);
			complete = list.items;
		}
		return complete;
	}

	/** Read an atom or the head of a list, or nothing at all. */
	private @Nullable Object readItem(ByteBuf input) throws BananaException {
		int start = input.readerIndex();
		int type = readPrefix(input, start);
		if (type < 0) {
			return null;
		}
		int next = start + this.digits + 1;
		Object item = switch (type) {
			case TypeByte.LIST -> {
				int length = length("list");
				// Two bytes of a peer are not worth a list of their own.
				yield (length > 0) ? new Open(length) : List.of();
			}
			case TypeByte.STRING -> {
				int length = length("string");
				checkSize(length);
				if (input.writerIndex() - next < length) {
					yield null;
				}
				next += length;
				yield Vocabulary.read(input, next - length, length);
			}
			case TypeByte.INT, TypeByte.LONGINT -> integer(input, start, false);
			case TypeByte.NEG, TypeByte.LONGNEG -> integer(input, start, true);
			case TypeByte.VOCAB -> word();
			case TypeByte.FLOAT -> {
				if (input.writerIndex() - next < Double.BYTES) {
					yield null;
				}
				next += Double.BYTES;
				yield input.getDouble(next - Double.BYTES);
			}
			default -> throw new BananaException("0x%02x is no type of a banana".formatted(type));
		};
		if (item != null) {
			input.readerIndex(next);
		}
		return item;
	}

	/**
	 * Read the digits before a type byte.
	 * @return the type byte, -1 if it has not come
	 */
	private int readPrefix(ByteBuf input, int start) throws BananaException {
		int end = input.writerIndex();
		long number = 0;
		int count = 0;
		for (int index = start; index < end; index++) {
			byte octet = input.getByte(index);
			if (octet < 0) {
				this.prefix = number;
				this.digits = count;
				return octet & 0xFF;
			}
			if (count < LONG_DIGITS) {
				number |= (long) octet << (DIGIT_BITS * count);
			}
			if (++count > PREFIX_LIMIT) {
				throw new BananaException("A number has more than %d digits".formatted(PREFIX_LIMIT));
			}
		}
		return -1;
	}

	private int length(String what) throws BananaException {
		if (this.digits > LONG_DIGITS || this.prefix > SIZE_LIMIT) {
			throw new BananaException(
					"A %s has more than %d %s".formatted(what, SIZE_LIMIT, what.equals("list") ? "elements" : "bytes"));
		}
		return (int) this.prefix;
	}

	private void checkSize(int more) throws BananaException {
		if (this.size + more > this.maxSize) {
			throw new BananaTooLongException("An expression has more than %d bytes".formatted(this.maxSize));
		}
	}

	private Bytes word() throws BananaException {
		if (!this.vocabulary) {
			throw new BananaException("Words have no numbers in the dialect that was agreed on");
		}
		Bytes word = (this.digits <= LONG_DIGITS) ? Vocabulary.word(this.prefix) : null;
		if (word == null) {
			throw new BananaException("There is no word with the number that came in");
		}
		return word;
	}

	private Number integer(ByteBuf input, int start, boolean negative) {
		if (this.digits <= LONG_DIGITS) {
			long value = negative ? -this.prefix : this.prefix;
			return (value == (int) value) ? (Number) (int) value : (Number) value;
		}
		BigInteger value = BigInteger.ZERO;
		for (int i = this.digits - 1; i >= 0; i--) {
			value = value.shiftLeft(DIGIT_BITS).or(BigInteger.valueOf(input.getByte(start + i)));
		}
		return smallest(negative ? value.negate() : value);
	}

	/** The smallest type that holds a number: what was written does not say more. */
	private static Number smallest(BigInteger value) {
		if (value.bitLength() < Integer.SIZE) {
			return value.intValue();
		}
		return (value.bitLength() < Long.SIZE) ? (Number) value.longValue() : value;
	}

	/** A list of which elements are missing. */
	private static final class Open {

		private static final int AT_FIRST = 10;

		private final List<Object> items;

		private int missing;

		Open(int length) {
			this.items = new ArrayList<>(Math.min(length, AT_FIRST));
			this.missing = length;
		}

	}

}
