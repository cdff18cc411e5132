package dev.twisted.struct;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.math.BigInteger;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Integers of one to eight bytes.
 *
 * @param type the primitive type of the values, or {@link BigInteger}
 * @param width the bytes of one
 * @param signed whether they are in two's complement
 * @param bigEndian whether the first byte is the most significant
 */
record IntegerCodec(Class<?> type, int width, boolean signed, boolean bigEndian) implements Codec {

	private static final Map<Class<?>, String> READERS = Map.of(byte.class, "readByte", short.class, "readShort",
			int.class, "readInt", long.class, "readLong", BigInteger.class, "readBigInteger");

	static boolean supports(Class<?> type) {
		return READERS.containsKey(type);
	}

	@Override
	public Object read(Input in) {
		if (this.type == int.class) {
			return readInt(in);
		}
		if (this.type == long.class) {
			return readLong(in);
		}
		if (this.type == short.class) {
			return readShort(in);
		}
		return (this.type == byte.class) ? (Object) readByte(in) : readBigInteger(in);
	}

	@Override
	public void write(Output out, Object value) {
		if (!(value instanceof BigInteger number)) {
			writeLong(out, ((Number) value).longValue());
		}
		else if (number.bitLength() < Long.SIZE) {
			writeLong(out, number.longValue());
		}
		else if (this.width == Long.BYTES && !this.signed && number.signum() > 0 && number.bitLength() == Long.SIZE) {
			put(out, number.longValue());
		}
		else {
			throw outOfRange(out, number);
		}
	}

	@Override
	public int minimumSize() {
		return this.width;
	}

	@Override
	public MethodHandle reader(Class<?> wanted) {
		@Nullable String name = READERS.get(this.type);
		if (name == null) {
			throw new IllegalStateException("There are no integers of " + this.type);
		}
		return bind(name, MethodType.methodType(this.type, Input.class))
			.asType(MethodType.methodType(wanted, Input.class));
	}

	@Override
	public MethodHandle writer(Class<?> wanted) {
		if (!wanted.isPrimitive()) {
			return Codec.super.writer(wanted);
		}
		return bind("writeLong", MethodType.methodType(void.class, Output.class, long.class))
			.asType(MethodType.methodType(void.class, Output.class, wanted));
	}

	byte readByte(Input in) {
		return (byte) readInRange(in, Byte.MIN_VALUE, Byte.MAX_VALUE);
	}

	short readShort(Input in) {
		return (short) readInRange(in, Short.MIN_VALUE, Short.MAX_VALUE);
	}

	int readInt(Input in) {
		return (int) readInRange(in, Integer.MIN_VALUE, Integer.MAX_VALUE);
	}

	long readLong(Input in) {
		return readInRange(in, Long.MIN_VALUE, Long.MAX_VALUE);
	}

	BigInteger readBigInteger(Input in) {
		long bits = get(in);
		return this.signed ? BigInteger.valueOf(bits) : Binary.toBigInteger(bits);
	}

	void writeLong(Output out, long value) {
		boolean fits = this.signed ? Binary.fitsSigned(value, this.width) : Binary.fitsUnsigned(value, this.width);
		if (!fits) {
			throw outOfRange(out, BigInteger.valueOf(value));
		}
		put(out, value);
	}

	private long readInRange(Input in, long least, long greatest) {
		long value = get(in);
		if (value < least || value > greatest || (value < 0 && !this.signed)) {
			throw new BadField(in.offset() - this.width, "%s has no room in a component of type %s".formatted(
					this.signed ? Long.toString(value) : Long.toUnsignedString(value), this.type.getSimpleName()));
		}
		return value;
	}

	private long get(Input in) {
		int at = in.take(this.width);
		return this.signed ? Binary.getSigned(in.bytes(), at, this.width, this.bigEndian)
				: Binary.getUnsigned(in.bytes(), at, this.width, this.bigEndian);
	}

	private void put(Output out, long value) {
		int at = out.take(this.width);
		Binary.put(out.bytes(), at, this.width, this.bigEndian, value);
	}

	private BadField outOfRange(Output out, BigInteger value) {
		int bits = this.width * Byte.SIZE;
		BigInteger least = this.signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
		BigInteger greatest = BigInteger.ONE.shiftLeft(this.signed ? bits - 1 : bits).subtract(BigInteger.ONE);
		return new BadField(out.offset(), "must be from %s to %s, not %s".formatted(least, greatest, value));
	}

}
