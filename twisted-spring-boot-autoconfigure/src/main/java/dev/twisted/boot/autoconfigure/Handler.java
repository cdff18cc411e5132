package dev.twisted.boot.autoconfigure;

import java.lang.reflect.Modifier;
import java.util.List;

import dev.twisted.boot.ProtocolHandlerAdapter;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Framed;
import dev.twisted.protocols.policies.ProtocolWrapper;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;

/**
 * A bean that handles servers.
 *
 * @param beanName the bean
 * @param type its class as far as it is known before there is one
 * @param kind what it is
 * @param servers the names of its servers
 * @param description what to call it; {@code null} for what it is
 */
record Handler(String beanName, Class<?> type, HandlerKind kind, List<String> servers, @Nullable String description) {

	Handler(String beanName, Class<?> type, HandlerKind kind, List<String> servers) {
		this(beanName, type, kind, servers, null);
	}

	/**
	 * Whether its protocols may cut what they receive into frames. What is made by a
	 * factory, or for a bean of another type, and what an abstract type stands for is not
	 * known yet.
	 */
	boolean mayHaveFrames() {
		return this.kind == HandlerKind.FACTORY || this.kind == HandlerKind.ADAPTED
				|| Modifier.isAbstract(this.type.getModifiers()) || Framed.class.isAssignableFrom(this.type)
				|| ProtocolWrapper.class.isAssignableFrom(this.type);
	}

	/** What makes the protocols of its connections. */
	Factory factory(BeanFactory beanFactory) {
		return switch (this.kind) {
			case FACTORY -> beanFactory.getBean(this.beanName, Factory.class);
			case PROTOCOL -> new BeanProtocolFactory(beanFactory, this.beanName);
			case ADAPTED -> beanFactory.getBeanProvider(ProtocolHandlerAdapter.class)
				.stream()
				.filter((adapter) -> adapter.supports(this.type))
				.findFirst()
				.orElseThrow()
				.createFactory(beanFactory.getBean(this.beanName));
			case DATAGRAM_PROTOCOL -> throw new IllegalStateException("There are no connections for the " + this);
		};
	}

	@Override
	public String toString() {
		return (this.description != null) ? this.description
				: "bean '%s' (%s)".formatted(this.beanName, this.type.getName());
	}

}
