package dev.twisted.enterprise;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import dev.twisted.testing.TestDatabase;
import io.r2dbc.pool.PoolMetrics;
import org.assertj.core.api.Assertions;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import reactor.core.Exceptions;

/**
 * A reactor and a pool that run during each test. A test fails if a connection does not
 * come back to the pool.
 */
final class RunningPool implements BeforeEachCallback, AfterEachCallback {

	private final TestDatabase database;

	private final int size;

	private final UnaryOperator<ConnectionPoolBuilder> options;

	private Reactor reactor;

	private io.r2dbc.pool.ConnectionPool connections;

	private ConnectionPool pool;

	RunningPool(TestDatabase database, int size, UnaryOperator<ConnectionPoolBuilder> options) {
		this.database = database;
		this.size = size;
		this.options = options;
	}

	@Override
	public void beforeEach(ExtensionContext context) {
		this.reactor = new ReactorBuilder().shutdownTimeout(Duration.ofSeconds(5)).build();
		this.reactor.start();
		this.connections = this.database.pool(this.size);
		this.pool = this.options.apply(new ConnectionPoolBuilder(this.reactor, this.connections)).build();
	}

	@Override
	public void afterEach(ExtensionContext context) {
		try {
			awaitAllBack();
		}
		finally {
			await(this.pool.close());
			this.connections.disposeLater().block(Duration.ofSeconds(10));
			this.reactor.close();
		}
	}

	Reactor reactor() {
		return this.reactor;
	}

	ConnectionPool pool() {
		return this.pool;
	}

	io.r2dbc.pool.ConnectionPool connections() {
		return this.connections;
	}

	PoolMetrics metrics() {
		return this.connections.getMetrics().orElseThrow();
	}

	void awaitAllBack() {
		Awaitility.await("every connection back in the pool")
			.atMost(Duration.ofSeconds(20))
			.untilAsserted(
					() -> Assertions.assertThat(new int[] { metrics().acquiredSize(), metrics().pendingAcquireSize() })
						.containsExactly(0, 0));
	}

	/** The result of a Deferred, or its exception. */
	<T> T await(Deferred<T> deferred) {
		CompletableFuture<T> future = deferred.toCompletableFuture();
		try {
			return future.get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw Exceptions.propagate(ex.getCause());
		}
		catch (Exception ex) {
			throw new AssertionError("There is no result", ex);
		}
	}

	/** What a Deferred fails with. */
	Throwable failure(Deferred<?> deferred) {
		CompletableFuture<Throwable> failure = new CompletableFuture<>();
		deferred.addCallbacks((result) -> failure.completeExceptionally(new AssertionError("It came to " + result)),
				(reason) -> failure.complete(reason.value()));
		return failure.orTimeout(20, TimeUnit.SECONDS).join();
	}

}
