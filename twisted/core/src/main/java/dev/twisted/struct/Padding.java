package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Bytes around a component that mean nothing: zeros when encoding, anything when
 * decoding.
 */
@Documented
@Target(ElementType.RECORD_COMPONENT)
@Retention(RetentionPolicy.RUNTIME)
public @interface Padding {

	/**
	 * How many bytes stand before it.
	 * @return 0 or more
	 */
	int before() default 0;

	/**
	 * How many bytes stand behind it.
	 * @return 0 or more
	 */
	int after() default 0;

}
