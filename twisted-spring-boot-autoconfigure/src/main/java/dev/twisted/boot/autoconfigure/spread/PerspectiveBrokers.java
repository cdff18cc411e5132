package dev.twisted.boot.autoconfigure.spread;

import dev.twisted.internet.Reactor;
import dev.twisted.spread.pb.BrokerOptions;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteProxy;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes the beans that {@link PerspectiveBrokerRegistrar} defines.
 */
final class PerspectiveBrokers {

	private final BeanFactory beanFactory;

	private final ObjectProvider<Reactor> reactors;

	private final BrokerOptions options;

	PerspectiveBrokers(BeanFactory beanFactory, ObjectProvider<Reactor> reactors, BrokerOptions options) {
		this.beanFactory = beanFactory;
		this.reactors = reactors;
		this.options = options;
	}

	/** For the connections of a client. */
	PBClientFactory createFactory() {
		return new PBClientFactory(this.reactors.getObject(), this.options);
	}

	/** An interface whose methods call those of the root of the present connection. */
	<T> T createProxy(Class<T> type, String factory) {
		PBClientFactory client = this.beanFactory.getBean(factory, PBClientFactory.class);
		return RemoteProxy.of(type, (call) -> client.getRootObject().compose((root) -> {
			@Nullable Object[] arguments = call.arguments().toArray();
			return call.answerRequired() ? root.<@Nullable Object>callRemote(call.name(), arguments)
					: root.callRemoteOnly(call.name(), arguments).<@Nullable Object>addCallback((sent) -> null);
		}));
	}

}
