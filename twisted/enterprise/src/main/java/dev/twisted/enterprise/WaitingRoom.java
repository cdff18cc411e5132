package dev.twisted.enterprise;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

/**
 * Where callers wait for a connection. Whoever came first gets the next one.
 * <p>
 * A pool that is asked for a connection is never told to forget that: connections get
 * lost over it. So who leaves early leaves the request behind, for whoever comes next,
 * and there are never more requests than there were callers together. A connection that
 * comes for nobody goes straight back.
 */
final class WaitingRoom {

	/** A pool may have as many dead connections as it has connections. */
	private static final int DEAD_CONNECTIONS = 1000;

	private static final Logger logger = LoggerFactory.getLogger(WaitingRoom.class);

	private final Database database;

	private final Line<Guest> guests = new Line<>();

	/** How many connections were asked for and have not come; at least one a guest. */
	private int requests;

	WaitingRoom(Database database) {
		this.database = database;
	}

	/** Wait for a connection. The guest may be called before this returns. */
	void enter(Line.Place<Guest> guest) {
		synchronized (this) {
			this.guests.add(guest);
			if (this.requests >= this.guests.size()) {
				return;
			}
			this.requests++;
		}
		this.database.connect().subscribe(new Request());
	}

	/**
	 * Wait no longer.
	 * @return whether the guest was still waiting; if not, it is being called
	 */
	synchronized boolean leave(Line.Place<Guest> guest) {
		return this.guests.remove(guest);
	}

	/**
	 * What a pool says of a connection that it had and that has died, as all of them have
	 * after a restart of the database. The pool has dropped it.
	 */
	private static boolean isDeadConnection(Throwable ex) {
		return ex instanceof R2dbcNonTransientResourceException refusal && refusal.getErrorCode() == 0
				&& refusal.getSqlState() == null && refusal.getCause() == null;
	}

	private synchronized @Nullable Guest next() {
		this.requests--;
		return this.guests.poll();
	}

	/**
	 * Somebody who waits.
	 */
	interface Guest {

		/** Here is a connection, which is to be given back. */
		void admitted(Connection connection);

		/** There is none. */
		void refused(Throwable ex);

	}

	/**
	 * One request for a connection.
	 */
	private final class Request implements CoreSubscriber<Connection> {

		private boolean answered;

		/** Whether a dead connection came, and the next is asked for. */
		private boolean insisting;

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(Connection connection) {
			this.answered = true;
			Guest guest = next();
			if (guest != null) {
				guest.admitted(connection);
			}
			else {
				WaitingRoom.this.database.driver(Mono.defer(() -> Mono.from(connection.close())))
					.subscribe(null, (ex) -> logger.debug("A connection could not be given back", ex));
			}
		}

		@Override
		public void onError(Throwable ex) {
			if (!this.answered && !this.insisting && isDeadConnection(ex)) {
				this.insisting = true;
				// Made only here: it costs more than all the rest.
				WaitingRoom.this.database.connect()
					.retryWhen(Retry.max(DEAD_CONNECTIONS)
						.filter(WaitingRoom::isDeadConnection)
						.onRetryExhaustedThrow((retry, signal) -> signal.failure()))
					.subscribe(this);
				return;
			}
			Guest guest = this.answered ? null : next();
			if (guest != null) {
				guest.refused(ex);
			}
			else {
				logger.debug("A connection that nobody waits for any more was not to be had", ex);
			}
		}

		@Override
		public void onComplete() {
			if (!this.answered) {
				onError(new IllegalStateException("The connection factory gave no connection"));
			}
		}

	}

}
