package dev.twisted.boot.autoconfigure.defer;

import java.util.List;

import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Protocol;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * Looks at the protocols before there is a connection that would make one: at most of
 * them nothing else looks when the application starts.
 */
final class InlineCallbacksProtocolCheck implements SmartInitializingSingleton {

	private static final List<Class<?>> PROTOCOLS = List.of(Protocol.class, DatagramProtocol.class);

	private final ListableBeanFactory beanFactory;

	InlineCallbacksProtocolCheck(ListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Override
	public void afterSingletonsInstantiated() {
		for (Class<?> protocol : PROTOCOLS) {
			for (String beanName : this.beanFactory.getBeanNamesForType(protocol, true, false)) {
				Class<?> type = this.beanFactory.getType(beanName, false);
				if (type != null) {
					InlineCallbacksMethods.check(beanName, type);
				}
			}
		}
	}

	static boolean isProtocol(Class<?> type) {
		return PROTOCOLS.stream().anyMatch((protocol) -> protocol.isAssignableFrom(type));
	}

}
