package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A {@code byte[]}, {@code String} or {@code List} that goes on to the end: of the frame,
 * or of the bytes counted by a {@link LengthPrefixed} around it. Nothing may follow.
 */
@Documented
@Target({ ElementType.RECORD_COMPONENT, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
public @interface Rest {

}
