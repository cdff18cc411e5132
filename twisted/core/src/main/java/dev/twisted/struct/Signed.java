package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * An integer in two's complement: how many bytes it has on the wire. For the same types
 * as {@link Unsigned}. Without either, {@code byte}, {@code short}, {@code int} and
 * {@code long} have the bytes that they have in Java.
 */
@Documented
@Target({ ElementType.RECORD_COMPONENT, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
public @interface Signed {

	/**
	 * How many bytes it has.
	 * @return 1 to 8
	 */
	int value();

}
