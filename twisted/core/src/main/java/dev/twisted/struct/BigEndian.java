package dev.twisted.struct;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Numbers start with their most significant byte, as the Internet does it. On a record:
 * all of them, also those in records inside it that do not say otherwise. This is the
 * default.
 */
@Documented
@Target({ ElementType.TYPE, ElementType.RECORD_COMPONENT, ElementType.TYPE_USE })
@Retention(RetentionPolicy.RUNTIME)
public @interface BigEndian {

}
