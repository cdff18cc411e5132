package dev.twisted.web.client;

import java.time.Duration;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;
import reactor.netty.resources.ConnectionProvider;

/**
 * Connections that are kept for further requests, and the limit of how many there are.
 * Follows Twisted's {@code HTTPConnectionPool}, whose {@code maxPersistentPerHost} does
 * not limit connections but only those that are kept while nobody needs them. Here the
 * limit is one: who finds all connections to a server in use waits for one of them, and
 * those who wait are limited, too.
 * <p>
 * Connections are to a server, which is a host and a port under one kind of TLS. HTTP/2
 * has one connection with many requests at a time; the limit is on connections.
 * <p>
 * May be used from any thread, and by several agents.
 */
public final class HTTPConnectionPool implements AutoCloseable {

	/** As many connections to one server, if nothing else is asked for. */
	public static final int DEFAULT_MAX_CONNECTIONS_PER_HOST = 50;

	/** As many requests may wait for a connection, if nothing else is asked for. */
	public static final int DEFAULT_MAX_WAITING = 1000;

	/** How long unused connections are kept, if nothing else is asked for. */
	public static final Duration DEFAULT_CACHED_CONNECTION_TIMEOUT = Duration.ofMinutes(4);

	private static final Duration SWEEP = Duration.ofSeconds(30);

	private final Reactor reactor;

	private final boolean retryAutomatically;

	private final Builder settings;

	private volatile Connections connections;

	private HTTPConnectionPool(Builder settings) {
		this.reactor = settings.reactor;
		this.retryAutomatically = settings.retryAutomatically;
		this.settings = settings;
		this.connections = settings.open();
	}

	/**
	 * Make a pool with the defaults.
	 * @param reactor the reactor of the agents that use it
	 */
	public HTTPConnectionPool(Reactor reactor) {
		this(builder(reactor));
	}

	/**
	 * Begin to make a pool.
	 * @param reactor the reactor of the agents that use it
	 * @return a builder
	 */
	public static Builder builder(Reactor reactor) {
		return new Builder(reactor);
	}

	ConnectionProvider connections() {
		return this.connections.provider();
	}

	/**
	 * How many connections there are now, and how many requests wait for one; all servers
	 * together.
	 * @return the numbers
	 */
	public Statistics statistics() {
		return this.connections.statistics();
	}

	boolean retryAutomatically() {
		return this.retryAutomatically;
	}

	/**
	 * Close the connections that nobody uses now. Those in use are closed when their
	 * requests are done. The pool can be used on.
	 * @return fires when they are closed
	 */
	public Deferred<@Nullable Void> closeCachedConnections() {
		ConnectionProvider former = connections();
		this.connections = this.settings.open();
		return this.reactor.deferred(former.disposeLater());
	}

	/**
	 * Close the connections that nobody uses now.
	 */
	@Override
	public void close() {
		// Those whose reactor has gone have gone with it, and cannot be closed.
		connections().disposeLater().onErrorComplete().subscribe();
	}

	/**
	 * What a pool has at one moment.
	 *
	 * @param active connections that requests are using
	 * @param idle connections that nobody uses
	 * @param waiting requests that wait for a connection
	 */
	public record Statistics(int active, int idle, int waiting) {

	}

	/**
	 * Builds pools. Not for use by several threads at once.
	 */
	public static final class Builder {

		private final Reactor reactor;

		private int maxConnectionsPerHost = DEFAULT_MAX_CONNECTIONS_PER_HOST;

		private int maxWaiting = DEFAULT_MAX_WAITING;

		private Duration cachedConnectionTimeout = DEFAULT_CACHED_CONNECTION_TIMEOUT;

		private boolean retryAutomatically = true;

		private Builder(Reactor reactor) {
			this.reactor = reactor;
		}

		/**
		 * How many connections to one server there may be.
		 * @param maxConnectionsPerHost the number, at least one;
		 * {@value #DEFAULT_MAX_CONNECTIONS_PER_HOST} at first
		 * @return this builder
		 */
		public Builder maxConnectionsPerHost(int maxConnectionsPerHost) {
			if (maxConnectionsPerHost < 1) {
				throw new IllegalArgumentException(
						"A pool cannot have %d connections".formatted(maxConnectionsPerHost));
			}
			this.maxConnectionsPerHost = maxConnectionsPerHost;
			return this;
		}

		/**
		 * How many requests to one server may wait for a connection before more fail with
		 * a {@link dev.twisted.defer.QueueOverflowException}.
		 * @param maxWaiting the number, at least one; {@value #DEFAULT_MAX_WAITING} at
		 * first
		 * @return this builder
		 */
		public Builder maxWaiting(int maxWaiting) {
			if (maxWaiting < 1) {
				throw new IllegalArgumentException("A pool cannot have %d waiting requests".formatted(maxWaiting));
			}
			this.maxWaiting = maxWaiting;
			return this;
		}

		/**
		 * How long a connection that nobody uses is kept.
		 * @param cachedConnectionTimeout the time, more than zero; four minutes at first
		 * @return this builder
		 */
		public Builder cachedConnectionTimeout(Duration cachedConnectionTimeout) {
			if (cachedConnectionTimeout.isNegative() || cachedConnectionTimeout.isZero()) {
				throw new IllegalArgumentException("A connection cannot be kept for " + cachedConnectionTimeout);
			}
			this.cachedConnectionTimeout = cachedConnectionTimeout;
			return this;
		}

		/**
		 * Whether a request is made again, once and on another connection, when the
		 * server has closed the one that was kept: only a GET, HEAD, OPTIONS, DELETE or
		 * TRACE without a body, to which there was no response.
		 * @param retryAutomatically true at first
		 * @return this builder
		 */
		public Builder retryAutomatically(boolean retryAutomatically) {
			this.retryAutomatically = retryAutomatically;
			return this;
		}

		/**
		 * Make the pool.
		 * @return a pool without connections
		 */
		public HTTPConnectionPool build() {
			return new HTTPConnectionPool(this);
		}

		private Connections open() {
			Duration sweep = (this.cachedConnectionTimeout.compareTo(SWEEP) < 0) ? this.cachedConnectionTimeout : SWEEP;
			PoolCounts counts = new PoolCounts();
			ConnectionProvider provider = ConnectionProvider.builder(PoolCounts.NAME)
				.maxConnections(this.maxConnectionsPerHost)
				.pendingAcquireMaxCount(this.maxWaiting)
				// The deadlines of the agent are those of its requests.
				.pendingAcquireTimeout(Duration.ZERO)
				.maxIdleTime(this.cachedConnectionTimeout)
				.evictInBackground(sweep)
				.lifo()
				.metrics(true, () -> counts)
				.build();
			return new Connections(provider, counts);
		}

	}

	/**
	 * The connections until all of them are closed.
	 */
	private record Connections(ConnectionProvider provider, PoolCounts counts) {

		Statistics statistics() {
			return this.counts.sum();
		}

	}

}
