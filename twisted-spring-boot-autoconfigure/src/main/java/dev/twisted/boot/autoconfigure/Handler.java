package dev.twisted.boot.autoconfigure;

import java.lang.reflect.Modifier;
import java.util.List;

import dev.twisted.internet.Factory;
import dev.twisted.internet.Framed;
import dev.twisted.protocols.policies.ProtocolWrapper;
import org.springframework.beans.factory.BeanFactory;

/**
 * A bean that handles servers.
 *
 * @param beanName the bean
 * @param type its class as far as it is known before there is one
 * @param kind what it is
 * @param servers the names of its servers
 */
record Handler(String beanName, Class<?> type, HandlerKind kind, List<String> servers) {

	/** What makes the protocols of its connections. */
	Factory factory(BeanFactory beanFactory) {
		return (this.kind == HandlerKind.FACTORY) ? beanFactory.getBean(this.beanName, Factory.class)
				: new BeanProtocolFactory(beanFactory, this.beanName);
	}

	/**
	 * Whether its protocols may cut what they receive into frames. What a factory makes
	 * and what an abstract type stands for is not known yet.
	 */
	boolean mayHaveFrames() {
		return this.kind == HandlerKind.FACTORY || Modifier.isAbstract(this.type.getModifiers())
				|| Framed.class.isAssignableFrom(this.type) || ProtocolWrapper.class.isAssignableFrom(this.type);
	}

	@Override
	public String toString() {
		return "bean '%s' (%s)".formatted(this.beanName, this.type.getName());
	}

}
