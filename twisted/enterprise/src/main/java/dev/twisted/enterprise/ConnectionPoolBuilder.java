package dev.twisted.enterprise;

import java.time.Duration;
import java.util.Objects;

import dev.twisted.internet.Reactor;
import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes {@link ConnectionPool}s.
 */
public final class ConnectionPoolBuilder {

	/** How long a call may wait for a connection unless it is set. */
	public static final Duration DEFAULT_ACQUIRE_TIMEOUT = Duration.ofSeconds(10);

	/** How long a call may take once it has a connection unless it is set. */
	public static final Duration DEFAULT_QUERY_TIMEOUT = Duration.ofSeconds(30);

	/** How long the calls under way have at the end unless it is set. */
	public static final Duration DEFAULT_CLOSE_TIMEOUT = Duration.ofSeconds(5);

	private final Reactor reactor;

	private final ConnectionFactory connectionFactory;

	private Duration acquireTimeout = DEFAULT_ACQUIRE_TIMEOUT;

	private Duration queryTimeout = DEFAULT_QUERY_TIMEOUT;

	private Duration closeTimeout = DEFAULT_CLOSE_TIMEOUT;

	private @Nullable SurroundingTransaction surrounding;

	/**
	 * Begin.
	 * @param reactor on whose thread Deferreds fire
	 * @param connectionFactory where connections come from, preferably a pool
	 */
	public ConnectionPoolBuilder(Reactor reactor, ConnectionFactory connectionFactory) {
		this.reactor = Objects.requireNonNull(reactor, "reactor");
		this.connectionFactory = Objects.requireNonNull(connectionFactory, "connectionFactory");
	}

	/**
	 * Set how long a call may wait for a connection.
	 * @param timeout the time, more than zero
	 * @return this
	 */
	public ConnectionPoolBuilder acquireTimeout(Duration timeout) {
		this.acquireTimeout = positive(timeout);
		return this;
	}

	/**
	 * Set how long a call may take once it has a connection. An interaction may have its
	 * own limit.
	 * @param timeout the time, more than zero
	 * @return this
	 */
	public ConnectionPoolBuilder queryTimeout(Duration timeout) {
		this.queryTimeout = positive(timeout);
		return this;
	}

	/**
	 * Set how long the calls under way have when the pool is closed.
	 * @param timeout the time, more than zero
	 * @return this
	 */
	public ConnectionPoolBuilder closeTimeout(Duration timeout) {
		this.closeTimeout = positive(timeout);
		return this;
	}

	/**
	 * Have calls take part in transactions that others have begun.
	 * @param surrounding finds them
	 * @return this
	 */
	public ConnectionPoolBuilder surroundingTransaction(SurroundingTransaction surrounding) {
		this.surrounding = Objects.requireNonNull(surrounding, "surrounding");
		return this;
	}

	/**
	 * Make the pool. It connects when it is first used.
	 * @return the pool
	 */
	public ConnectionPool build() {
		Errands errands = new Errands(new Database(this.connectionFactory), this.surrounding, this.acquireTimeout,
				this.queryTimeout);
		return new ConnectionPool(this.reactor, errands, this.closeTimeout);
	}

	private static Duration positive(Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new IllegalArgumentException("A limit of time is more than zero, not " + timeout);
		}
		return timeout;
	}

}
