package dev.twisted.enterprise;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

import io.r2dbc.spi.Connection;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * What a pool is doing, and what it needs for that.
 */
final class Errands {

	/**
	 * How long it takes at most to clear up after what is abandoned, as long as the
	 * database answers.
	 */
	private static final Duration CLEARING = Duration.ofSeconds(6);

	private static final Logger logger = LoggerFactory.getLogger(Errands.class);

	private final Database database;

	private final WaitingRoom waitingRoom;

	private final @Nullable SurroundingTransaction surrounding;

	private final Deadlines waitingTime;

	/** Of what does not say how long it may take. */
	private final Deadlines queryTime;

	/** Also the lock for what this class keeps. */
	private final Line<Errand<?>> underWay = new Line<>();

	private final AtomicLong savepoints = new AtomicLong();

	private final Sinks.Empty<Void> allDone = Sinks.empty();

	private volatile boolean closed;

	Errands(Database database, @Nullable SurroundingTransaction surrounding, Duration acquireTimeout,
			Duration queryTimeout) {
		this.database = database;
		this.waitingRoom = new WaitingRoom(database);
		this.surrounding = surrounding;
		this.waitingTime = new Deadlines(acquireTimeout);
		this.queryTime = new Deadlines(queryTimeout);
	}

	Database database() {
		return this.database;
	}

	WaitingRoom waitingRoom() {
		return this.waitingRoom;
	}

	/** When who waits for a connection must have got it. */
	Deadlines waitingTime() {
		return this.waitingTime;
	}

	Duration queryTimeout() {
		return this.queryTime.limit();
	}

	/**
	 * Have something done unless it ends in time.
	 * @return ends it
	 */
	Disposable deadline(Duration limit, Runnable late) {
		return limit.equals(this.queryTime.limit()) ? this.queryTime.begin(late) : later(limit, late);
	}

	@Nullable Mono<Connection> surrounding() {
		return (this.surrounding != null) ? this.surrounding.connection() : null;
	}

	/** A name that no other has. */
	String savepoint() {
		return "twisted_" + this.savepoints.incrementAndGet();
	}

	/** Something to do, begun by who subscribes. */
	<T> Mono<T> errand(boolean atomic, TransactionOptions options, @Nullable Duration limit,
			Function<Lease, Mono<T>> work) {
		return Mono.create((sink) -> new Errand<>(this, sink, atomic, options, limit, work).start());
	}

	/** Whether an errand may be run; it is to be {@link #end ended} then. */
	boolean begin(Line.Place<Errand<?>> errand) {
		synchronized (this.underWay) {
			if (this.closed) {
				return false;
			}
			this.underWay.add(errand);
			return true;
		}
	}

	void end(Line.Place<Errand<?>> errand) {
		synchronized (this.underWay) {
			this.underWay.remove(errand);
		}
		endIfIdle();
	}

	private void endIfIdle() {
		boolean idle;
		synchronized (this.underWay) {
			idle = this.closed && this.underWay.isEmpty();
		}
		if (idle) {
			this.allDone.tryEmitEmpty();
		}
	}

	boolean isClosed() {
		return this.closed;
	}

	/**
	 * Take nothing more, and abandon what is not done in time. If the database does not
	 * answer any more, that is not waited for.
	 */
	Mono<Void> close(Duration patience) {
		synchronized (this.underWay) {
			this.closed = true;
		}
		endIfIdle();
		Disposable timers = Disposables.composite(later(patience, this::abandon),
				later(patience.plus(CLEARING), this::leave));
		return this.allDone.asMono().doFinally((signal) -> timers.dispose());
	}

	private void abandon() {
		left().forEach((errand) -> errand.abandon(new ConnectionPoolClosedException()));
	}

	private void leave() {
		if (this.allDone.tryEmitEmpty().isSuccess()) {
			logger.warn("Connections that have not come back, since the database does not answer: {}", left().size());
		}
	}

	private List<Errand<?>> left() {
		synchronized (this.underWay) {
			return this.underWay.copy();
		}
	}

	private static Disposable later(Duration delay, Runnable action) {
		return Schedulers.parallel().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
	}

}
