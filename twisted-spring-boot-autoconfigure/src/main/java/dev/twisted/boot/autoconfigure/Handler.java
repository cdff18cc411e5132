package dev.twisted.boot.autoconfigure;

import java.util.List;

import dev.twisted.internet.Factory;
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

	@Override
	public String toString() {
		return "bean '%s' (%s)".formatted(this.beanName, this.type.getName());
	}

}
