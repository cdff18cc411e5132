package dev.twisted.boot.autoconfigure.spread;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import dev.twisted.boot.ConnectionPreparer;
import dev.twisted.boot.TwistedClients;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.cred.Credentials;
import dev.twisted.spread.pb.Broker;
import dev.twisted.spread.pb.BrokerOptions;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteProxy;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.BeanFactoryAnnotationUtils;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Makes the beans that {@link PerspectiveBrokerRegistrar} defines, and prepares their
 * connections: somebody who does not speak Perspective Broker is no connection, and who
 * has credentials logs in first.
 */
final class PerspectiveBrokers implements ConnectionPreparer {

	private final ListableBeanFactory beanFactory;

	private final ObjectProvider<Reactor> reactors;

	private final ObjectProvider<TwistedClients> clients;

	private final BrokerOptions options;

	private final Map<Factory, ClientTarget> targets = new ConcurrentHashMap<>();

	PerspectiveBrokers(ListableBeanFactory beanFactory, ObjectProvider<Reactor> reactors,
			ObjectProvider<TwistedClients> clients, BrokerOptions options) {
		this.beanFactory = beanFactory;
		this.reactors = reactors;
		this.clients = clients;
		this.options = options;
	}

	/** For the connections of a client. */
	PBClientFactory createFactory(String client) {
		PBClientFactory factory = new PBClientFactory(this.reactors.getObject(), this.options);
		this.targets.put(factory, new ClientTarget(client, factory, this.clients, this.reactors,
				this.options.callTimeout(), credentials(client)));
		return factory;
	}

	private @Nullable Credentials credentials(String client) {
		Map<String, Credentials> found = BeanFactoryAnnotationUtils.qualifiedBeansOfType(this.beanFactory,
				Credentials.class, client);
		if (found.size() > 1) {
			throw new FailureAnalyzedException(
					"The client '%s' has more than one bean with its credentials: %s.".formatted(client,
							String.join(", ", found.keySet())),
					"Keep one of them with @Qualifier(\"%s\").".formatted(client));
		}
		return found.values().stream().findFirst().orElse(null);
	}

	/** An interface whose methods are called over the present connection of a client. */
	<T> T createProxy(Class<T> type, String factory) {
		ClientTarget target = this.targets.get(this.beanFactory.getBean(factory, PBClientFactory.class));
		if (target == null) {
			throw new IllegalStateException("The bean '%s' was made by somebody else".formatted(factory));
		}
		try {
			return RemoteProxy.of(type, target);
		}
		catch (IllegalArgumentException ex) {
			throw new FailureAnalyzedException(
					"The interface %s is annotated with @PerspectiveBroker, but it cannot be a client: %s."
						.formatted(type.getName(), ex.getMessage()),
					"Let each of its methods that has no body return a Deferred, a CompletableFuture, a Mono or nothing.",
					ex);
		}
	}

	@Override
	public @Nullable Deferred<?> prepare(Protocol protocol) {
		Broker broker = protocol.adapt(Broker.class);
		if (broker == null) {
			return null;
		}
		Factory factory = broker.factory();
		ClientTarget target = (factory != null) ? this.targets.get(factory) : null;
		return (target != null) ? target.prepare(broker) : broker.whenReady();
	}

}
