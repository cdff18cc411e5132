package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A {@code byte[]} or {@code String} that always takes the same number of bytes. Text is
 * filled up with zero bytes, and zeros at its end are not part of it; bytes have to be
 * that many.
 */
@Documented
@Target({ ElementType.RECORD_COMPONENT, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
public @interface Fixed {

	/**
	 * How many bytes it takes.
	 * @return 1 or more
	 */
	int value();

}
