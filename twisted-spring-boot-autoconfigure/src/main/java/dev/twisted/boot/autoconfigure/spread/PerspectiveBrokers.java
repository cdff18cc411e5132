package dev.twisted.boot.autoconfigure.spread;

import dev.twisted.boot.TwistedClients;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.pb.BrokerOptions;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteProxy;
import dev.twisted.spread.pb.RemoteReference;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.diagnostics.FailureAnalyzedException;

/**
 * Makes the beans that {@link PerspectiveBrokerRegistrar} defines.
 */
final class PerspectiveBrokers {

	private final BeanFactory beanFactory;

	private final ObjectProvider<Reactor> reactors;

	private final ObjectProvider<TwistedClients> clients;

	private final BrokerOptions options;

	PerspectiveBrokers(BeanFactory beanFactory, ObjectProvider<Reactor> reactors,
			ObjectProvider<TwistedClients> clients, BrokerOptions options) {
		this.beanFactory = beanFactory;
		this.reactors = reactors;
		this.clients = clients;
		this.options = options;
	}

	/** For the connections of a client. */
	PBClientFactory createFactory() {
		return new PBClientFactory(this.reactors.getObject(), this.options);
	}

	/** An interface whose methods call those of the root of the present connection. */
	<T> T createProxy(Class<T> type, String client, String factory) {
		ClientRoots roots = new ClientRoots(client, this.beanFactory.getBean(factory, PBClientFactory.class),
				this.clients, this.reactors, this.options.callTimeout());
		try {
			return RemoteProxy.of(type, new RootTarget(roots));
		}
		catch (IllegalArgumentException ex) {
			throw new FailureAnalyzedException(
					"The interface %s is annotated with @PerspectiveBroker, but it cannot be a client: %s."
						.formatted(type.getName(), ex.getMessage()),
					"Let each of its methods that has no body return a Deferred, a CompletableFuture, a Mono or nothing.",
					ex);
		}
	}

	/** Calls the methods of a root. */
	private record RootTarget(ClientRoots roots) implements RemoteProxy.Target {

		@Override
		public Deferred<@Nullable Object> call(RemoteProxy.Invocation call) {
			return this.roots.get(call.name()).compose((root) -> call(root, call));
		}

		private static Deferred<@Nullable Object> call(RemoteReference root, RemoteProxy.Invocation call) {
			@Nullable Object[] arguments = call.arguments().toArray();
			return call.answerRequired() ? root.<@Nullable Object>callRemote(call.name(), arguments)
					: root.callRemoteOnly(call.name(), arguments).<@Nullable Object>addCallback((sent) -> null);
		}

		@Override
		public String toString() {
			return this.roots.toString();
		}

	}

}
