package dev.twisted.boot.autoconfigure;

import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.springframework.beans.factory.BeanFactory;

/**
 * Gives each connection a protocol bean of its own.
 */
final class BeanProtocolFactory extends Factory {

	private final BeanFactory beanFactory;

	private final String beanName;

	BeanProtocolFactory(BeanFactory beanFactory, String beanName) {
		this.beanFactory = beanFactory;
		this.beanName = beanName;
	}

	@Override
	public Protocol buildProtocol(Address address) {
		Protocol protocol = BehindProxy.of(this.beanFactory.getBean(this.beanName, Protocol.class), Protocol.class);
		protocol.setFactory(this);
		return protocol;
	}

	@Override
	public String logPrefix() {
		return this.beanName;
	}

}
