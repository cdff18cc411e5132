package dev.twisted.spread.jelly;

import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.math.BigInteger;

import org.jspecify.annotations.Nullable;

/**
 * Makes what came in what Java code has declared. Nothing is lost on the way: a number
 * that does not fit is an error.
 */
@FunctionalInterface
public interface Conversion {

	/** A double holds all of these. */
	long EXACT_DOUBLE = 1L << 53;

	/**
	 * Convert a value.
	 * @param value what came in
	 * @return what was declared
	 * @throws JellyException if it cannot be that
	 */
	@Nullable Object convert(@Nullable Object value) throws JellyException;

	/**
	 * Find out how to convert to a type.
	 * @param type what was declared
	 * @return the conversion, to be kept
	 */
	static Conversion to(Class<?> type) {
		if (type == Object.class) {
			return (value) -> value;
		}
		Class<?> boxed = MethodType.methodType(type).wrap().returnType();
		boolean primitive = type.isPrimitive();
		return (value) -> {
			if (boxed.isInstance(value) || (value == null && !primitive)) {
				return value;
			}
			Object converted = (value instanceof Number number) ? number(number, boxed) : null;
			if (converted == null) {
				throw new JellyException("%s is wanted, not %s".formatted(type.getSimpleName(),
						(value != null) ? value.getClass().getSimpleName() : "None"));
			}
			return converted;
		};
	}

	private static @Nullable Object number(Number value, Class<?> type) {
		if (value instanceof Integer || value instanceof Long) {
			return integer(value.longValue(), type);
		}
		if (value instanceof Double real && type == Float.class && (real.isNaN() || real == (float) (double) real)) {
			return real.floatValue();
		}
		return null;
	}

	private static @Nullable Object integer(long value, Class<?> type) {
		if (type == Long.class) {
			return value;
		}
		if (type == Double.class && Math.abs(value) <= EXACT_DOUBLE) {
			return (double) value;
		}
		if (type == BigInteger.class) {
			return BigInteger.valueOf(value);
		}
		if (type == BigDecimal.class) {
			return BigDecimal.valueOf(value);
		}
		if (type == Short.class && value == (short) value) {
			return (short) value;
		}
		return (type == Byte.class && value == (byte) value) ? (Object) (byte) value : null;
	}

}
