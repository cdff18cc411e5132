package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes a record by a format of {@link Struct}, for use by {@link RecordFormat}: each
 * value of the format is one component, in order. <pre class="code">
 * &#064;Layout("&lt;iii")
 * record Header(int version, int size, int command) {
 * }
 * </pre> A component may be narrower than what the format says, as the {@code int} of an
 * {@code I}: numbers that do not fit it are bad data. {@code c}, {@code s} and {@code p}
 * become {@code byte[]} or {@code String}; one byte may also become a {@code byte}.
 * Unlike {@link Struct}, what has no room is an error, and is not cut. Of the annotations
 * for components only {@link Encoding} goes with it.
 */
@Documented
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Layout {

	/**
	 * What the bytes look like.
	 * @return a format of {@link Struct}
	 */
	String value();

}
