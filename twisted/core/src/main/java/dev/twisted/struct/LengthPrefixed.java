package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Its length in bytes comes first, as an unsigned number. For a {@code byte[]}, a
 * {@code String}, a {@code List} and a record; what stands in such bytes must fill them.
 * The length is compared with the bytes that are there before anything is made of it.
 */
@Documented
@Target({ ElementType.RECORD_COMPONENT, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
public @interface LengthPrefixed {

	/**
	 * How many bytes the length has.
	 * @return 1 to 8
	 */
	int value();

	/**
	 * The largest length allowed, in bytes; a larger one is bad data. The default is that
	 * of Twisted's {@code Int32StringReceiver}.
	 * @return 0 or more
	 */
	int max() default 99_999;

}
