package dev.twisted.boot.test;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Puts the port that a server really has into a field of a test, of type {@code int} or
 * {@code Integer}. With {@code twisted.servers.<name>.port=0} tests never get into each
 * other's way.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.FIELD)
public @interface LocalTwistedPort {

	/**
	 * The name of the server.
	 * @return the key under {@code twisted.servers}
	 */
	String value();

}
