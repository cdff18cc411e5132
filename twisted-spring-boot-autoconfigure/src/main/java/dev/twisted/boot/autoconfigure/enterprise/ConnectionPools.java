package dev.twisted.boot.autoconfigure.enterprise;

import dev.twisted.defer.Deferred;
import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.enterprise.ConnectionPoolBuilder;
import dev.twisted.enterprise.SurroundingTransaction;
import dev.twisted.internet.Reactor;
import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.util.ClassUtils;

/**
 * Makes the {@link ConnectionPool} of a {@link ConnectionFactory}.
 */
final class ConnectionPools {

	private static final boolean TRANSACTIONS = ClassUtils
		.isPresent("org.springframework.r2dbc.connection.ConnectionHolder", ConnectionPools.class.getClassLoader());

	private final DefaultListableBeanFactory beanFactory;

	private final TwistedDatabaseProperties properties;

	ConnectionPools(DefaultListableBeanFactory beanFactory, TwistedDatabaseProperties properties) {
		this.beanFactory = beanFactory;
		this.properties = properties;
	}

	/** The pool over the connection factory with a name. */
	ConnectionPool get(String connectionFactory) {
		ConnectionFactory connections = this.beanFactory.getBean(connectionFactory, ConnectionFactory.class);
		Reactor reactor = this.beanFactory.getBean(Reactor.class);
		ConnectionPoolBuilder builder = new ConnectionPoolBuilder(reactor, connections)
			.acquireTimeout(this.properties.acquireTimeout())
			.queryTimeout(this.properties.queryTimeout())
			.closeTimeout(this.properties.closeTimeout());
		SurroundingTransaction surrounding = surrounding(connections);
		if (surrounding != null) {
			builder.surroundingTransaction(surrounding);
		}
		ConnectionPool pool = builder.build();
		this.beanFactory.registerDisposableBean(ConnectionPoolRegistrar.beanName(connectionFactory),
				() -> close(pool, reactor));
		return pool;
	}

	private static void close(ConnectionPool pool, Reactor reactor) throws Exception {
		Deferred<@Nullable Void> closed = pool.close();
		if (!reactor.inReactorThread()) {
			// There, to wait would hold up the very thing that is waited for.
			closed.toCompletableFuture().get();
		}
	}

	private static @Nullable SurroundingTransaction surrounding(ConnectionFactory connections) {
		return TRANSACTIONS ? new SpringTransaction(connections) : null;
	}

}
