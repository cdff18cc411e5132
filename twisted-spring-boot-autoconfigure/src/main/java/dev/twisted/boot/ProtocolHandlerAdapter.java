package dev.twisted.boot;

import dev.twisted.internet.Factory;

/**
 * Lets beans of other types than those of {@code dev.twisted.internet} be annotated with
 * {@link ProtocolHandler}.
 */
public interface ProtocolHandlerAdapter {

	/**
	 * Whether beans of a type can be handlers.
	 * @param type the type of a bean, as far as it is known before there is one
	 * @return true if a factory can be made of it
	 */
	boolean supports(Class<?> type);

	/**
	 * What such beans are, for whoever has annotated another.
	 * @return their types with an article, such as "a Root"
	 */
	String description();

	/**
	 * Make the factory for a bean.
	 * @param handler the bean
	 * @return makes the protocols of its server
	 */
	Factory createFactory(Object handler);

}
