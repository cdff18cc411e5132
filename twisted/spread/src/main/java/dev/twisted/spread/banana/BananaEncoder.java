package dev.twisted.spread.banana;

import java.math.BigInteger;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Writes expressions. A {@link String} is written as its UTF-8 bytes. For any thread.
 */
public final class BananaEncoder {

	private static final int DIGIT_BITS = 7;

	private static final long LARGEST_INT = Integer.MAX_VALUE;

	private static final long SMALLEST_INT = Integer.MIN_VALUE;

	private static final int LARGEST_BITS = BananaDecoder.PREFIX_LIMIT * DIGIT_BITS;

	private final Dialect dialect;

	private final ByteBuf output;

	private BananaEncoder(Dialect dialect, ByteBuf output) {
		this.dialect = dialect;
		this.output = output;
	}

	/**
	 * Write an expression.
	 * @param expression the expression
	 * @param dialect whether words have numbers
	 * @param output where to; if something cannot be written, nothing is
	 * @throws BananaException if the peer would not take it: a number above 448 bits, a
	 * string or list above {@link BananaDecoder#SIZE_LIMIT}, another type than those of
	 * expressions, half a character
	 */
	public static void encode(Object expression, Dialect dialect, ByteBuf output) throws BananaException {
		int start = output.writerIndex();
		boolean complete = false;
		try {
			new BananaEncoder(dialect, output).write(expression);
			complete = true;
		}
		finally {
			if (!complete) {
				output.writerIndex(start);
			}
		}
	}

	private void write(Object expression) throws BananaException {
		// The one interface last: that something is none takes the longest to find out.
		if (expression instanceof Bytes bytes) {
			writeBytes(bytes);
		}
		else if (expression instanceof String text) {
			writeText(text);
		}
		else if (expression instanceof Integer number) {
			writeLong(number);
		}
		else if (expression instanceof Long number) {
			writeLong(number);
		}
		else if (expression instanceof Double number) {
			this.output.writeByte(TypeByte.FLOAT).writeDouble(number);
		}
		else if (expression instanceof BigInteger number) {
			writeBig(number);
		}
		else if (expression instanceof List<?> list) {
			writeHead(list.size(), TypeByte.LIST, "list");
			for (int i = 0; i < list.size(); i++) {
				write(list.get(i));
			}
		}
		else {
			throw new BananaException("A %s is no expression".formatted(expression.getClass().getName()));
		}
	}

	private void writeHead(int length, int type, String what) throws BananaException {
		if (length > BananaDecoder.SIZE_LIMIT) {
			throw new BananaException("A %s of %d is too long to send: the limit is %d".formatted(what, length,
					BananaDecoder.SIZE_LIMIT));
		}
		writeNumber(length, type);
	}

	private void writeBytes(Bytes bytes) throws BananaException {
		int number = (this.dialect == Dialect.PB) ? bytes.number() : 0;
		if (number > 0) {
			this.output.writeByte(number).writeByte(TypeByte.VOCAB);
			return;
		}
		writeHead(bytes.length(), TypeByte.STRING, "string");
		this.output.writeBytes(bytes.array());
	}

	private void writeText(String text) throws BananaException {
		for (int i = 0; i < text.length(); i++) {
			char character = text.charAt(i);
			if (Character.isSurrogate(character)) {
				if (Character.isLowSurrogate(character) || i + 1 == text.length()
						|| !Character.isLowSurrogate(text.charAt(i + 1))) {
					throw new BananaException("Text has half a character at %d".formatted(i));
				}
				i++;
			}
		}
		int number = (this.dialect == Dialect.PB) ? Vocabulary.number(text) : 0;
		if (number > 0) {
			this.output.writeByte(number).writeByte(TypeByte.VOCAB);
			return;
		}
		writeHead(ByteBufUtil.utf8Bytes(text), TypeByte.STRING, "string");
		ByteBufUtil.writeUtf8(this.output, text);
	}

	private void writeLong(long number) throws BananaException {
		if (number == Long.MIN_VALUE) {
			writeBig(BigInteger.valueOf(number));
		}
		else if (number < 0) {
			writeNumber(-number, (number < SMALLEST_INT) ? TypeByte.LONGNEG : TypeByte.NEG);
		}
		else {
			writeNumber(number, (number > LARGEST_INT) ? TypeByte.LONGINT : TypeByte.INT);
		}
	}

	private void writeNumber(long number, int type) {
		long rest = number;
		do {
			this.output.writeByte((int) (rest & 0x7F));
			rest >>>= DIGIT_BITS;
		}
		while (rest != 0);
		this.output.writeByte(type);
	}

	private void writeBig(BigInteger number) throws BananaException {
		BigInteger rest = number.abs();
		if (rest.bitLength() > LARGEST_BITS) {
			throw new BananaException("A number of %d bits is too large to send: the limit is %d"
				.formatted(rest.bitLength(), LARGEST_BITS));
		}
		if (rest.bitLength() < Long.SIZE) {
			writeLong(number.longValue());
			return;
		}
		while (rest.signum() > 0) {
			this.output.writeByte(rest.intValue() & 0x7F);
			rest = rest.shiftRight(DIGIT_BITS);
		}
		this.output.writeByte((number.signum() < 0) ? TypeByte.LONGNEG : TypeByte.LONGINT);
	}

}
