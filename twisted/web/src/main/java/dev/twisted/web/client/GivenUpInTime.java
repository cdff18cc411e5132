package dev.twisted.web.client;

import java.net.SocketAddress;
import java.util.function.Supplier;

import io.netty.resolver.AddressResolverGroup;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.ConnectionObserver;
import reactor.netty.resources.ConnectionProvider;
import reactor.netty.transport.TransportConfig;

/**
 * Connections for which who has given up does not wait any longer. Reactor Netty's HTTP
 * client has a request that was cancelled keep its place among those who wait, and close
 * the connection that it gets when it is its turn.
 */
final class GivenUpInTime implements ConnectionProvider {

	/** In the context of a request: what completes when that is given up. */
	static final Object GIVEN_UP = new Object();

	private final ConnectionProvider connections;

	GivenUpInTime(ConnectionProvider connections) {
		this.connections = connections;
	}

	@Override
	public Mono<? extends Connection> acquire(TransportConfig config, ConnectionObserver connectionObserver,
			@Nullable Supplier<? extends SocketAddress> remoteAddress,
			@Nullable AddressResolverGroup<?> resolverGroup) {
		Mono<? extends Connection> connection = this.connections.acquire(config, connectionObserver, remoteAddress,
				resolverGroup);
		return Mono.deferContextual((context) -> connection.takeUntilOther(context.<Publisher<?>>get(GIVEN_UP)));
	}

	@Override
	public int maxConnections() {
		return this.connections.maxConnections();
	}

}
