package dev.twisted.struct;

/**
 * The 16-bit floating point numbers of IEEE 754: a sign, 5 bits of exponent, 10 bits of
 * fraction. Java has them since version 20, but only from {@code float}, and rounding
 * twice is not rounding once.
 */
final class HalfFloat {

	private static final int FRACTION_BITS = 10;

	private static final int BIAS = 15;

	private static final int MIN_EXPONENT = 1 - BIAS;

	private static final int INFINITY = 0x7C00;

	private static final int NOT_A_NUMBER = 0x7E00;

	private HalfFloat() {
	}

	static float toFloat(int bits) {
		int exponent = (bits & INFINITY) >> FRACTION_BITS;
		int fraction = bits & 0x3FF;
		int sign = (bits & 0x8000) << 16;
		if (exponent == 0x1F) {
			return Float.intBitsToFloat(sign | 0x7F80_0000 | (fraction << 13));
		}
		float value = (exponent == 0) ? Math.scalb((float) fraction, MIN_EXPONENT - FRACTION_BITS)
				: Math.scalb((float) (fraction | 0x400), exponent - BIAS - FRACTION_BITS);
		return (sign != 0) ? -value : value;
	}

	/**
	 * Round to the nearest, to the even one in the middle.
	 * @throws StructException if the number is finite and what is nearest is not
	 */
	static int toBits(double value) {
		int sign = (Double.doubleToRawLongBits(value) < 0) ? 0x8000 : 0;
		if (Double.isNaN(value)) {
			return sign | NOT_A_NUMBER;
		}
		double magnitude = Math.abs(value);
		if (Double.isInfinite(value)) {
			return sign | INFINITY;
		}
		int exponent = Math.max(Math.getExponent(magnitude), MIN_EXPONENT);
		if (exponent > BIAS) {
			throw tooLarge();
		}
		// Scaling by a power of two is exact, so that this is the only rounding. What it
		// carries into the next power of two goes where it belongs, into the exponent.
		int steps = (int) Math.rint(Math.scalb(magnitude, FRACTION_BITS - exponent));
		int bits = ((exponent - MIN_EXPONENT) << FRACTION_BITS) + steps;
		if (bits >= INFINITY) {
			throw tooLarge();
		}
		return sign | bits;
	}

	private static StructException tooLarge() {
		return new StructException("float too large to pack with e format");
	}

}
