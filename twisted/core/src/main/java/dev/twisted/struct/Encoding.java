package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The charset of a {@code String}, or of all of a record and of the records inside it
 * that do not say otherwise. The default is UTF-8. Bytes that are no text in it are bad
 * data, and so is text that has no bytes in it: nothing is ever replaced.
 */
@Documented
@Target({ ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
public @interface Encoding {

	/**
	 * The name of the charset.
	 * @return a name known to {@link java.nio.charset.Charset}
	 */
	String value();

}
