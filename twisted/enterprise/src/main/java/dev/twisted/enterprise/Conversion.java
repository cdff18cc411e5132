package dev.twisted.enterprise;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Map;
import java.util.function.Function;

import org.jspecify.annotations.Nullable;

/**
 * Makes a value of one type of one of another, where drivers would differ. Nothing is
 * lost on the way: a number that does not fit is an error.
 */
final class Conversion {

	private static final Map<Class<?>, Function<BigDecimal, Object>> NUMBERS = Map.of(Byte.class,
			BigDecimal::byteValueExact, Short.class, BigDecimal::shortValueExact, Integer.class,
			BigDecimal::intValueExact, Long.class, BigDecimal::longValueExact, BigInteger.class,
			BigDecimal::toBigIntegerExact, BigDecimal.class, (number) -> number, Double.class, BigDecimal::doubleValue,
			Float.class, BigDecimal::floatValue, Boolean.class, (number) -> number.signum() != 0);

	private Conversion() {
	}

	/** Whether it can be made here of what a driver gives by itself. */
	static boolean knows(Class<?> type) {
		return type.isEnum() || type == String.class || NUMBERS.containsKey(type);
	}

	/**
	 * Convert a value.
	 * @throws IllegalArgumentException if it cannot be done
	 */
	static <T> T convert(Object value, Class<T> type) {
		if (type.isInstance(value)) {
			return type.cast(value);
		}
		try {
			Object converted = tryConvert(value, type);
			if (converted != null) {
				return type.cast(converted);
			}
		}
		catch (ArithmeticException | IllegalArgumentException ex) {
			throw new IllegalArgumentException(message(value, type), ex);
		}
		throw new IllegalArgumentException(message(value, type));
	}

	private static @Nullable Object tryConvert(Object value, Class<?> type) {
		if (type.isEnum()) {
			return constant(type, value.toString());
		}
		if (type == String.class) {
			return (value instanceof Number || value instanceof Boolean) ? value.toString() : null;
		}
		if (type == LocalDateTime.class) {
			return local(value);
		}
		Function<BigDecimal, Object> target = NUMBERS.get(type);
		BigDecimal number = (target != null) ? number(value) : null;
		return (target != null && number != null) ? target.apply(number) : null;
	}

	/** The same time of day: drivers differ in whether they say where. */
	private static @Nullable LocalDateTime local(Object value) {
		if (value instanceof ZonedDateTime zoned) {
			return zoned.toLocalDateTime();
		}
		return (value instanceof OffsetDateTime offset) ? offset.toLocalDateTime() : null;
	}

	private static @Nullable Object constant(Class<?> type, String name) {
		for (Object constant : type.getEnumConstants()) {
			if (((Enum<?>) constant).name().equals(name)) {
				return constant;
			}
		}
		return null;
	}

	private static @Nullable BigDecimal number(Object value) {
		if (value instanceof Boolean truth) {
			return truth ? BigDecimal.ONE : BigDecimal.ZERO;
		}
		return (value instanceof Number) ? new BigDecimal(value.toString()) : null;
	}

	/** For a value that has a name. */
	static IllegalArgumentException failure(String name, Class<?> type, RuntimeException cause) {
		return new IllegalArgumentException("%s cannot be had as %s".formatted(name, type.getName()), cause);
	}

	/** Without the value, which may be a secret. */
	private static String message(Object value, Class<?> type) {
		return "A %s of the database cannot be had as %s".formatted(value.getClass().getSimpleName(), type.getName());
	}

}
