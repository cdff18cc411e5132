package dev.twisted.enterprise;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.ValidationDepth;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Schedulers;

/**
 * A connection while it is ours. Things run on it one after another, and it is not given
 * back before all have ended.
 * <p>
 * The conversation of a driver with its database is never broken off: some drivers do not
 * find into it again. What nobody waits for any more is read to its end. If that takes
 * long the database is told to stop it, and at last to end the connection.
 */
final class Lease {

	/** How long the rest of something abandoned may take before the database is told. */
	private static final Duration PATIENCE = Duration.ofMillis(250);

	/** How long the database may take to stop before the connection is ended. */
	static final Duration GRACE = Duration.ofSeconds(5);

	private static final Logger logger = LoggerFactory.getLogger(Lease.class);

	private final Database database;

	private final Connection connection;

	private final boolean owned;

	/** What runs now. */
	private @Nullable Unbroken<?> current;

	/** What is to run after that. */
	private final Deque<Unbroken<?>> waiting = new ArrayDeque<>(2);

	/** Whether somebody is beginning what is next, and looks again after that. */
	private boolean goingOn;

	/** Whether nobody waits for anything that runs. */
	private boolean abandoned;

	/** What the database is being told to stop. Nothing begins meanwhile. */
	private @Nullable Unbroken<?> interrupting;

	/** Set at the end. */
	private @Nullable Runnable whenIdle;

	private boolean over;

	/** Why the database has undone everything by itself. */
	private @Nullable Throwable undone;

	/**
	 * Take a connection.
	 * @param owned whether to give it back
	 */
	Lease(Database database, Connection connection, boolean owned) {
		this.database = database;
		this.connection = connection;
		this.owned = owned;
	}

	Database database() {
		return this.database;
	}

	Connection connection() {
		return this.connection;
	}

	boolean isOwned() {
		return this.owned;
	}

	/** Why the database has undone everything, {@code null} if it has not. */
	synchronized @Nullable Throwable undone() {
		return this.undone;
	}

	/** Run something as part of what the connection was taken for. */
	<T> Flux<T> run(Function<Connection, ? extends Publisher<? extends T>> work) {
		return run(work, (failure) -> {
		});
	}

	/**
	 * Run something as part of what the connection was taken for.
	 * @param failing called with a failure before the subscriber is
	 */
	<T> Flux<T> run(Function<Connection, ? extends Publisher<? extends T>> work, Consumer<Throwable> failing) {
		return new Run<>(work, failing, false);
	}

	/** Run something at the end of what the connection was taken for. */
	Mono<Void> end(Function<Connection, ? extends Publisher<Void>> work) {
		return new Run<Void>(work, (failure) -> {
		}, true).then();
	}

	/** Call something once nothing runs any more, and let nothing begin. */
	void whenIdle(Runnable action) {
		synchronized (this) {
			this.over = true;
			if (!isIdle()) {
				this.whenIdle = action;
				return;
			}
		}
		action.run();
	}

	/** Nobody waits for anything that runs. */
	void abandon() {
		Unbroken<?> running;
		synchronized (this) {
			this.abandoned = true;
			running = this.current;
		}
		if (running != null) {
			stopLater(running);
		}
	}

	/** Nobody waits for what runs, which is not to be stopped if it ends soon. */
	void expire() {
		Unbroken<?> running;
		synchronized (this) {
			running = this.current;
		}
		if (running != null) {
			later(GRACE, () -> abort(running));
		}
	}

	/** Give the connection back, and call something when that has been done. */
	void release(Runnable released) {
		if (!this.owned) {
			released.run();
			return;
		}
		Release release = new Release(released);
		this.database.perform(this.connection, Connection::close, release);
		release.watch();
	}

	private boolean isIdle() {
		return this.current == null && this.interrupting == null && this.waiting.isEmpty();
	}

	private synchronized void refuse(boolean atTheEnd) {
		if (this.over && !atTheEnd) {
			throw new IllegalStateException("What the connection was taken for is over: it ran no longer than the"
					+ " Deferred that was returned");
		}
		if (this.undone != null && !atTheEnd) {
			throw new IllegalStateException("The database has undone this transaction", this.undone);
		}
	}

	/** Begin now, or when its turn comes. */
	private void begin(Unbroken<?> unbroken) {
		synchronized (this) {
			if (unbroken.isForNobody()) {
				return;
			}
			if (!isIdle()) {
				this.waiting.add(unbroken);
				return;
			}
			this.current = unbroken;
		}
		unbroken.begin();
	}

	/** What ran has come to its end. */
	void ended(@Nullable Throwable ex) {
		synchronized (this) {
			this.current = null;
			if (ex instanceof R2dbcException refusal && this.undone == null && isRollback(refusal)) {
				this.undone = ex;
			}
		}
		goOn();
	}

	/**
	 * Begin what is next; at the end, what is to follow that. What ends while it begins
	 * comes here again, which must not grow the stack: whoever was here first goes on.
	 */
	private void goOn() {
		for (Runnable step = step(true); step != null; step = step(false)) {
			boolean taken = false;
			try {
				step.run();
				taken = true;
			}
			finally {
				if (!taken) {
					stumbled();
				}
			}
		}
	}

	private synchronized @Nullable Runnable step(boolean first) {
		if (first && this.goingOn) {
			return null;
		}
		Runnable step = null;
		if (this.current == null && this.interrupting == null) {
			Unbroken<?> next = this.waiting.poll();
			if (next != null) {
				this.current = next;
				boolean forNobody = this.abandoned;
				step = () -> begin(next, forNobody);
			}
			else {
				step = this.whenIdle;
				this.whenIdle = null;
			}
		}
		this.goingOn = (step != null);
		return step;
	}

	private void begin(Unbroken<?> next, boolean forNobody) {
		next.begin();
		if (forNobody) {
			stopLater(next);
		}
	}

	private synchronized void stumbled() {
		this.goingOn = false;
	}

	/** The class of states for deadlocks and the like, after which nothing is left. */
	private static boolean isRollback(R2dbcException ex) {
		String state = ex.getSqlState();
		return state != null && state.startsWith("40");
	}

	/** Nobody waits for one of them. If it has not begun it never does. */
	void abandoned(Unbroken<?> unbroken) {
		boolean removed;
		synchronized (this) {
			removed = this.waiting.remove(unbroken);
		}
		if (removed) {
			goOn();
		}
		else {
			stopLater(unbroken);
		}
	}

	private void stopLater(Unbroken<?> unbroken) {
		later(PATIENCE, () -> stop(unbroken));
	}

	private void stop(Unbroken<?> unbroken) {
		synchronized (this) {
			if (this.interrupting != null || this.current != unbroken) {
				return;
			}
			this.interrupting = unbroken;
		}
		later(GRACE, () -> abort(unbroken));
		// The question whether the connection is well is the next thing that the database
		// is asked on it. Its answer comes after what is to be stopped.
		this.database.interrupter()
			.cancel(this.connection)
			.thenMany(Flux.defer(() -> this.database.driver(this.connection.validate(ValidationDepth.REMOTE))))
			.subscribe(null, (ex) -> interrupted(), this::interrupted);
	}

	private void interrupted() {
		synchronized (this) {
			this.interrupting = null;
		}
		goOn();
	}

	private void abort(Unbroken<?> unbroken) {
		synchronized (this) {
			if (this.current != unbroken && this.interrupting != unbroken) {
				return;
			}
		}
		logger.warn("A statement does not end although nobody waits for it; its connection is ended");
		this.database.interrupter().abort(this.connection).subscribe();
	}

	private static void later(Duration delay, Runnable action) {
		Schedulers.parallel().schedule(action, delay.toMillis(), TimeUnit.MILLISECONDS);
	}

	/**
	 * Something that runs on the connection.
	 */
	private final class Run<T> extends Flux<T> {

		private final Function<Connection, ? extends Publisher<? extends T>> work;

		private final Consumer<Throwable> failing;

		private final boolean atTheEnd;

		Run(Function<Connection, ? extends Publisher<? extends T>> work, Consumer<Throwable> failing,
				boolean atTheEnd) {
			this.work = work;
			this.failing = failing;
			this.atTheEnd = atTheEnd;
		}

		@Override
		public void subscribe(CoreSubscriber<? super T> actual) {
			try {
				refuse(this.atTheEnd);
			}
			catch (IllegalStateException ex) {
				this.failing.accept(ex);
				Operators.error(actual, ex);
				return;
			}
			Unbroken<T> unbroken = new Unbroken<>(Lease.this, this.work, actual, this.failing);
			actual.onSubscribe(unbroken);
			begin(unbroken);
		}

	}

	/**
	 * Gives the connection back. Some drivers never come to the end of that.
	 */
	private final class Release implements CoreSubscriber<Void> {

		private final Runnable released;

		private final Disposable.Swap watch = Disposables.swap();

		private volatile boolean done;

		Release(Runnable released) {
			this.released = released;
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			subscription.request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(Void item) {
		}

		@Override
		public void onError(Throwable ex) {
			logger.debug("A connection could not be given back", ex);
			onComplete();
		}

		@Override
		public void onComplete() {
			this.done = true;
			this.watch.dispose();
			this.released.run();
		}

		void watch() {
			if (!this.done) {
				this.watch.update(Lease.this.database.releases().begin(this::abort));
			}
		}

		private void abort() {
			if (!this.done) {
				logger.warn("A connection does not go back to its pool; it is ended");
				Lease.this.database.interrupter().abort(Lease.this.connection).subscribe();
			}
		}

	}

}
