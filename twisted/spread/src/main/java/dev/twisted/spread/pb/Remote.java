package dev.twisted.spread.pb;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Lets a peer call a method whose name does not begin with {@code remote_} or what else
 * its object asks for.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface Remote {

	/**
	 * What the peer calls it.
	 * @return the name, that of the method if it is empty
	 */
	String value() default "";

}
