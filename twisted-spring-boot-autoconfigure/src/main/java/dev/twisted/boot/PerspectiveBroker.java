package dev.twisted.boot;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes an interface a bean whose methods call those of the root object of a server that
 * speaks Perspective Broker: of the one whose address is configured under
 * {@code twisted.clients} with the same name, which the application keeps connected as
 * long as it runs. <pre class="code">
 * &#064;PerspectiveBroker("stock")
 * interface Stock {
 *
 *     Deferred&lt;Integer&gt; count(String article);
 *
 *     Mono&lt;Void&gt; order(String article, int number);
 *
 * }</pre> Interfaces are found in the packages of the application. A method returns a
 * {@code Deferred}, a {@code CompletableFuture}, a {@code Mono}, which calls when it is
 * subscribed to, or nothing if it asks for no answer. It is called by its name, or by
 * that in {@code @Remote}. While there is no connection, a call waits for the next one.
 * <p>
 * Where the server wants a login, a bean with the credentials and the name of the client
 * as its qualifier makes each new connection log in first. The methods are then those of
 * what stands for the user there.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface PerspectiveBroker {

	/**
	 * The name of the client.
	 * @return a key under {@code twisted.clients}
	 */
	String value();

}
