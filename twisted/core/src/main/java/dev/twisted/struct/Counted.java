package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A {@code List} whose number of elements comes first, as an unsigned number. The number
 * is compared with the bytes that are there before anything is made of it.
 */
@Documented
@Target({ ElementType.RECORD_COMPONENT, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
public @interface Counted {

	/**
	 * How many bytes the number has.
	 * @return 1 to 8
	 */
	int value();

	/**
	 * The largest number of elements allowed; more is bad data.
	 * @return 0 or more
	 */
	int max() default 99_999;

}
