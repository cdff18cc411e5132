package dev.twisted.struct;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * Integers of one to eight bytes inside an array.
 */
final class Binary {

	// One view for both orders: a view that depends on the order is no constant, and
	// slow.
	private static final VarHandle SHORT = view(short[].class);

	private static final VarHandle INT = view(int[].class);

	private static final VarHandle LONG = view(long[].class);

	private static final BigInteger TWO_TO_THE_64TH = BigInteger.ONE.shiftLeft(Long.SIZE);

	private Binary() {
	}

	/**
	 * Read an integer in two's complement.
	 * @throws IndexOutOfBoundsException if it is not inside the array
	 */
	static long getSigned(byte[] bytes, int at, int width, boolean bigEndian) {
		return switch (width) {
			case 1 -> bytes[at];
			case 2 -> ordered((short) SHORT.get(bytes, at), bigEndian);
			case 4 -> ordered((int) INT.get(bytes, at), bigEndian);
			case 8 -> ordered((long) LONG.get(bytes, at), bigEndian);
			default -> {
				int unused = Long.SIZE - width * Byte.SIZE;
				yield (getBytewise(bytes, at, width, bigEndian) << unused) >> unused;
			}
		};
	}

	/**
	 * Read an integer that is never negative; with a width of 8, its bits.
	 * @throws IndexOutOfBoundsException if it is not inside the array
	 */
	static long getUnsigned(byte[] bytes, int at, int width, boolean bigEndian) {
		return switch (width) {
			case 1 -> bytes[at] & 0xFFL;
			case 2 -> ordered((short) SHORT.get(bytes, at), bigEndian) & 0xFFFFL;
			case 4 -> ordered((int) INT.get(bytes, at), bigEndian) & 0xFFFF_FFFFL;
			case 8 -> ordered((long) LONG.get(bytes, at), bigEndian);
			default -> getBytewise(bytes, at, width, bigEndian);
		};
	}

	/**
	 * Write the lowest bytes of a number.
	 * @throws IndexOutOfBoundsException if they are not inside the array
	 */
	static void put(byte[] bytes, int at, int width, boolean bigEndian, long value) {
		switch (width) {
			case 1 -> {
				bytes[at] = (byte) value;
			}
			case 2 -> SHORT.set(bytes, at, ordered((short) value, bigEndian));
			case 4 -> INT.set(bytes, at, ordered((int) value, bigEndian));
			case 8 -> LONG.set(bytes, at, ordered(value, bigEndian));
			default -> {
				for (int i = 0; i < width; i++) {
					int shift = Byte.SIZE * (bigEndian ? width - 1 - i : i);
					bytes[at + i] = (byte) (value >> shift);
				}
			}
		}
	}

	static boolean fitsSigned(long value, int width) {
		int unused = Long.SIZE - width * Byte.SIZE;
		return ((value << unused) >> unused) == value;
	}

	static boolean fitsUnsigned(long value, int width) {
		return value >= 0 && (width == Long.BYTES || (value >>> (width * Byte.SIZE)) == 0);
	}

	/**
	 * The number that 64 bits mean when there is no sign among them.
	 */
	static BigInteger toBigInteger(long bits) {
		BigInteger value = BigInteger.valueOf(bits);
		return (bits < 0) ? value.add(TWO_TO_THE_64TH) : value;
	}

	private static long getBytewise(byte[] bytes, int at, int width, boolean bigEndian) {
		long value = 0;
		for (int i = 0; i < width; i++) {
			value = (value << Byte.SIZE) | (bytes[bigEndian ? at + i : at + width - 1 - i] & 0xFF);
		}
		return value;
	}

	private static short ordered(short value, boolean bigEndian) {
		return bigEndian ? value : Short.reverseBytes(value);
	}

	private static int ordered(int value, boolean bigEndian) {
		return bigEndian ? value : Integer.reverseBytes(value);
	}

	private static long ordered(long value, boolean bigEndian) {
		return bigEndian ? value : Long.reverseBytes(value);
	}

	private static VarHandle view(Class<?> type) {
		return MethodHandles.byteArrayViewVarHandle(type, ByteOrder.BIG_ENDIAN);
	}

}
