package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An integer that is never negative: how many bytes it has on the wire. For components of
 * the types {@code byte}, {@code short}, {@code int}, {@code long}, their boxes and
 * {@link java.math.BigInteger}. A number that the Java type cannot hold is bad data; so
 * is one that the bytes cannot, when encoding.
 */
@Documented
@Target({ ElementType.RECORD_COMPONENT, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
public @interface Unsigned {

	/**
	 * How many bytes it has.
	 * @return 1 to 8
	 */
	int value();

}
