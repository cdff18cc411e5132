package dev.twisted.spread.jelly;

import java.lang.invoke.MethodType;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Makes what came in what Java code has declared. Nothing is lost on the way: a number
 * that does not fit is an error.
 */
@FunctionalInterface
public interface Conversion {

	/** A double holds all of these. */
	long EXACT_DOUBLE = 1L << 53;

	/** A float holds all of these. */
	long EXACT_FLOAT = 1L << 24;

	/**
	 * Convert a value.
	 * @param value what came in
	 * @return what was declared
	 * @throws JellyException if it cannot be that
	 */
	@Nullable Object convert(@Nullable Object value) throws JellyException;

	/**
	 * Find out how to convert to a type, and what is inside a collection or a map to the
	 * types that it says are there.
	 * @param type what was declared
	 * @return the conversion, to be kept
	 */
	static Conversion to(Type type) {
		return to(type, Conversion::plain);
	}

	/**
	 * Find out how to convert to a type, where somebody else knows how to convert single
	 * things.
	 * @param type what was declared
	 * @param plain converts to a class, without looking inside
	 * @return the conversion, to be kept
	 */
	static Conversion to(Type type, Function<Class<?>, Conversion> plain) {
		return Contents.conversion(type, plain);
	}

	/**
	 * Find out how to convert to a class, without looking at what is inside.
	 * @param type what was declared
	 * @return the conversion, to be kept
	 */
	static Conversion plain(Class<?> type) {
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
		return (value instanceof BigInteger large && type == BigDecimal.class) ? new BigDecimal(large) : null;
	}

	private static @Nullable Object integer(long value, Class<?> type) {
		if (type == Long.class) {
			return value;
		}
		if (type == Double.class && Math.abs(value) <= EXACT_DOUBLE) {
			return (double) value;
		}
		if (type == Float.class && Math.abs(value) <= EXACT_FLOAT) {
			return (float) value;
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
