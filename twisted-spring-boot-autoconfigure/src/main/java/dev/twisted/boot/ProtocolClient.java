package dev.twisted.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.springframework.stereotype.Component;

/**
 * Makes a bean the protocol of a client: of the one configured under
 * {@code twisted.clients} with the same name, which the application keeps connected as
 * long as it runs. Goes on a class, which component scanning then finds, or on a
 * {@code @Bean} method.
 * <p>
 * The bean is a {@link dev.twisted.internet.Protocol}, of which each connection gets one
 * of its own, with everything injected, so that its definition becomes a prototype; or a
 * {@link dev.twisted.internet.Factory}, which makes the protocols itself. A protocol that
 * is a {@link PreparedConnection} is used by others only once it is prepared.
 * <p>
 * Who wants to talk has the client's {@link dev.twisted.endpoints.ClientService}
 * injected, by the name of the client as its qualifier, or asks {@link TwistedClients}
 * for it.
 */
@Documented
@Component
@Retention(RetentionPolicy.RUNTIME)
@Target({ ElementType.TYPE, ElementType.METHOD })
public @interface ProtocolClient {

	/**
	 * The names of the clients.
	 * @return the keys under {@code twisted.clients}
	 */
	String[] value();

}
