package dev.twisted.boot;

import dev.twisted.internet.netty.ReactorBuilder;

/**
 * A bean that has a say in how the context's reactor is built, after the properties have
 * been applied. Several are called in their order.
 */
@FunctionalInterface
public interface ReactorBuilderCustomizer {

	/**
	 * Change the builder.
	 * @param builder builds the context's reactor
	 */
	void customize(ReactorBuilder builder);

}
