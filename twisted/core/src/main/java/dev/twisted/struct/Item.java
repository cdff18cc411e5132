package dev.twisted.struct;

import java.math.BigInteger;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A run of equal values in a {@link Struct}: knows how one of them becomes bytes and
 * comes back.
 *
 * @param code the format character
 * @param offset where the first value starts
 * @param size the bytes of one value
 * @param repeat how many values there are
 * @param bigEndian whether the first byte is the most significant
 * @param nativeMode whether sizes are those of the platform
 */
record Item(FormatCode code, int offset, int size, int repeat, boolean bigEndian, boolean nativeMode) {

	Object unpack(byte[] bytes, int at) {
		return switch (this.code.kind()) {
			// One byte is what magic numbers are often spelt with: no general copy for
			// it.
			case CHAR, STRING ->
				(this.size == 1) ? new byte[] { bytes[at] } : Arrays.copyOfRange(bytes, at, at + this.size);
			case PASCAL -> unpackPascal(bytes, at);
			case SIGNED -> {
				long value = Binary.getSigned(bytes, at, this.size, this.bigEndian);
				yield boxed(value, this.size <= 4);
			}
			case UNSIGNED, POINTER -> {
				long value = Binary.getUnsigned(bytes, at, this.size, this.bigEndian);
				yield (this.size < 8) ? boxed(value, this.size <= 2) : Binary.toBigInteger(value);
			}
			case BOOLEAN -> bytes[at] != 0;
			case FLOAT -> unpackFloat(bytes, at);
			case PAD -> throw paddingHasNoValues();
		};
	}

	/**
	 * One integer, without an object for it.
	 * @return the number; with 64 bits and no sign, those bits
	 */
	long unpackLong(byte[] bytes, int at) {
		return switch (this.code.kind()) {
			case SIGNED -> Binary.getSigned(bytes, at, this.size, this.bigEndian);
			case UNSIGNED, POINTER -> Binary.getUnsigned(bytes, at, this.size, this.bigEndian);
			default -> throw new StructException("'%c' is no integer".formatted(this.code.letter()));
		};
	}

	void pack(byte[] bytes, int at, @Nullable Object value) {
		switch (this.code.kind()) {
			case CHAR -> {
				if (!(value instanceof byte[] character) || character.length != 1) {
					throw new StructException("char format requires a bytes object of length 1");
				}
				bytes[at] = character[0];
			}
			case STRING -> {
				byte[] string = requireBytes(value);
				System.arraycopy(string, 0, bytes, at, Math.min(string.length, this.size));
			}
			case PASCAL -> packPascal(bytes, at, requireBytes(value));
			case SIGNED, UNSIGNED, POINTER -> Binary.put(bytes, at, this.size, this.bigEndian, requireInteger(value));
			case BOOLEAN -> Binary.put(bytes, at, 1, this.bigEndian, isTrue(value) ? 1 : 0);
			case FLOAT -> packFloat(bytes, at, requireDouble(value));
			case PAD -> throw paddingHasNoValues();
		}
	}

	private static IllegalStateException paddingHasNoValues() {
		return new IllegalStateException("Padding has no values");
	}

	private static Object boxed(long value, boolean asInt) {
		if (asInt) {
			return (int) value;
		}
		return value;
	}

	private byte[] requireBytes(@Nullable Object value) {
		if (value instanceof byte[] string) {
			return string;
		}
		throw new StructException("argument for '%c' must be a bytes object".formatted(this.code.letter()));
	}

	private byte[] unpackPascal(byte[] bytes, int at) {
		if (this.size == 0) {
			return new byte[0];
		}
		int length = Math.min(bytes[at] & 0xFF, this.size - 1);
		return Arrays.copyOfRange(bytes, at + 1, at + 1 + length);
	}

	private void packPascal(byte[] bytes, int at, byte[] string) {
		if (this.size > 0) {
			int length = Math.min(string.length, this.size - 1);
			System.arraycopy(string, 0, bytes, at + 1, length);
			bytes[at] = (byte) Math.min(length, 255);
		}
	}

	private static boolean isTrue(@Nullable Object value) {
		if (value instanceof Boolean truth) {
			return truth;
		}
		if (value instanceof BigInteger number) {
			return number.signum() != 0;
		}
		if (value instanceof Number number) {
			return number.doubleValue() != 0;
		}
		throw new StructException("required argument is not a boolean");
	}

	private long requireInteger(@Nullable Object value) {
		if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
			return requireInRange(((Number) value).longValue());
		}
		if (value instanceof BigInteger number) {
			if (number.bitLength() <= 63) {
				return requireInRange(number.longValue());
			}
			if (this.size == 8 && number.signum() > 0 && number.bitLength() == 64 && this.code.kind() != Kind.SIGNED) {
				return number.longValue();
			}
			throw outOfRange(number);
		}
		throw new StructException("required argument is not an integer");
	}

	private long requireInRange(long value) {
		boolean fits = switch (this.code.kind()) {
			case SIGNED -> Binary.fitsSigned(value, this.size);
			case UNSIGNED -> Binary.fitsUnsigned(value, this.size);
			default -> this.size == 8 || Binary.fitsSigned(value, this.size) || Binary.fitsUnsigned(value, this.size);
		};
		if (!fits) {
			throw outOfRange(BigInteger.valueOf(value));
		}
		return value;
	}

	private StructException outOfRange(BigInteger value) {
		String name = switch (this.code.letter()) {
			case 'b' -> "byte";
			case 'B' -> "ubyte";
			case 'h' -> "short";
			case 'H' -> "ushort";
			default -> "'" + this.code.letter() + "'";
		};
		int bits = this.size * 8;
		boolean signed = this.code.kind() != Kind.UNSIGNED;
		BigInteger least = signed ? BigInteger.ONE.shiftLeft(bits - 1).negate() : BigInteger.ZERO;
		BigInteger greatest = BigInteger.ONE.shiftLeft((this.code.kind() == Kind.SIGNED) ? bits - 1 : bits)
			.subtract(BigInteger.ONE);
		return new StructException(
				"%s format requires %s <= number <= %s, not %s".formatted(name, least, greatest, value));
	}

	private Object unpackFloat(byte[] bytes, int at) {
		long bits = Binary.getUnsigned(bytes, at, this.size, this.bigEndian);
		if (this.size == 8) {
			return Double.longBitsToDouble(bits);
		}
		return (this.size == 4) ? Float.intBitsToFloat((int) bits) : HalfFloat.toFloat((int) bits);
	}

	private double requireDouble(@Nullable Object value) {
		if (value instanceof Number number) {
			double result = number.doubleValue();
			if (!Double.isInfinite(result) || value instanceof Double || value instanceof Float) {
				return result;
			}
		}
		throw new StructException("required argument is not a float");
	}

	private void packFloat(byte[] bytes, int at, double value) {
		long bits = switch (this.size) {
			case 2 -> HalfFloat.toBits(value);
			case 4 -> toFloatBits(value);
			default -> Double.doubleToRawLongBits(value);
		};
		Binary.put(bytes, at, this.size, this.bigEndian, bits);
	}

	private int toFloatBits(double value) {
		float narrowed = (float) value;
		// A C compiler makes infinity of what is too large, and so does the native mode.
		if (Float.isInfinite(narrowed) && !Double.isInfinite(value) && !this.nativeMode) {
			throw new StructException("float too large to pack with f format");
		}
		return Float.floatToRawIntBits(narrowed);
	}

}
