package dev.twisted.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.stereotype.Component;

/**
 * Makes a bean the handler of a server: of the one configured under
 * {@code twisted.servers} with the same name. Goes on a class, which component scanning
 * then finds, or on a {@code @Bean} method.
 * <p>
 * What the bean is decides what is spoken:
 * <ul>
 * <li>a {@link dev.twisted.internet.Protocol} serves TCP. Each connection gets a bean of
 * its own, with everything injected, so its definition becomes a prototype;</li>
 * <li>a {@link dev.twisted.internet.Factory} serves TCP and makes the protocols
 * itself;</li>
 * <li>a {@link dev.twisted.internet.DatagramProtocol} serves UDP;</li>
 * <li>what a {@link ProtocolHandlerAdapter} supports serves TCP, such as a root or portal
 * of Perspective Broker.</li>
 * </ul>
 * A server may have one handler for TCP and one for UDP; both get the same port.
 */
@Documented
@Component
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.TYPE, ElementType.METHOD })
public @interface ProtocolHandler {

	/**
	 * The names of the servers.
	 * @return the keys under {@code twisted.servers}
	 */
	String[] value();

}
