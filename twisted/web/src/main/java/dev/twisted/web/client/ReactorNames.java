package dev.twisted.web.client;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

import dev.twisted.internet.HostResolver;
import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;

/**
 * Looks names up as the reactor does.
 */
final class ReactorNames extends AddressResolverGroup<InetSocketAddress> {

	private final HostResolver resolver;

	ReactorNames(HostResolver resolver) {
		this.resolver = resolver;
	}

	@Override
	protected AddressResolver<InetSocketAddress> newResolver(EventExecutor executor) {
		return new Names(executor, this.resolver).asAddressResolver();
	}

	/** Agents that look names up in the same way share the connections of a pool. */
	@Override
	public boolean equals(Object other) {
		return other instanceof ReactorNames names && names.resolver == this.resolver;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this.resolver);
	}

	/**
	 * The reactor's way, as Netty wants it.
	 */
	private static final class Names extends InetNameResolver {

		private final HostResolver resolver;

		Names(EventExecutor executor, HostResolver resolver) {
			super(executor);
			this.resolver = resolver;
		}

		@Override
		protected void doResolve(String host, Promise<InetAddress> promise) {
			this.resolver.resolveHostName(host).<@Nullable Void>addCallbacks((found) -> {
				promise.trySuccess(found.get(0));
				return null;
			}, (failure) -> {
				promise.tryFailure(failure.value());
				return null;
			});
		}

		@Override
		protected void doResolveAll(String host, Promise<List<InetAddress>> promise) {
			this.resolver.resolveHostName(host).<@Nullable Void>addCallbacks((found) -> {
				promise.trySuccess(found);
				return null;
			}, (failure) -> {
				promise.tryFailure(failure.value());
				return null;
			});
		}

	}

}
