package dev.twisted.enterprise;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.TimeoutException;
import io.r2dbc.spi.Connection;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One thing to do on a connection: get one, do it, commit or roll back, give the
 * connection back, and say how it went. It may be abandoned at any moment, because it was
 * cancelled or takes too long; that is said at once, and what has to be cleared up is
 * cleared up after that.
 *
 * @param <T> what comes of it
 */
final class Errand<T> implements WaitingRoom.Guest {

	private static final Logger logger = LoggerFactory.getLogger(Errand.class);

	private final Errands errands;

	private final MonoSink<T> sink;

	private final TransactionOptions options;

	private final boolean atomic;

	private final @Nullable Duration limit;

	private final Function<Lease, Mono<T>> work;

	private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.WAITING);

	private final AtomicBoolean answered = new AtomicBoolean();

	private final Disposable.Swap deadline = Disposables.swap();

	private final Work working = new Work();

	private final Line.Place<Errand<?>> underWay = new Line.Place<>(this);

	private final Line.Place<WaitingRoom.Guest> waiting = new Line.Place<>(this);

	private volatile Scope scope = Scope.NONE;

	private volatile @Nullable Lease lease;

	/** Whether it is being committed or rolled back. */
	private volatile boolean ending;

	/** Why it is being undone. */
	private volatile @Nullable Throwable failure;

	Errand(Errands errands, MonoSink<T> sink, boolean atomic, TransactionOptions options, @Nullable Duration limit,
			Function<Lease, Mono<T>> work) {
		this.errands = errands;
		this.sink = sink;
		this.atomic = atomic;
		this.options = options;
		this.limit = limit;
		this.work = work;
	}

	/** Begin. */
	void start() {
		if (!this.errands.begin(this.underWay)) {
			this.sink.error(new ConnectionPoolClosedException());
			return;
		}
		this.sink.onCancel(this::cancelled);
		Mono<Connection> surrounding = this.errands.surrounding();
		if (surrounding == null) {
			waitForConnection();
			return;
		}
		surrounding.contextWrite(this.sink.contextView())
			.subscribe(this::join, this::refused, this::waitForConnectionUnlessJoined);
	}

	private void waitForConnectionUnlessJoined() {
		if (this.phase.get() == Phase.WAITING) {
			waitForConnection();
		}
	}

	private void waitForConnection() {
		this.errands.waitingRoom().enter(this.waiting);
		if (this.phase.get() == Phase.WAITING) {
			Duration limit = this.errands.waitingTime().limit();
			this.deadline.update(this.errands.waitingTime().begin(() -> abandonWaiting(limit)));
			if (this.phase.get() != Phase.WAITING) {
				// It came meanwhile, and may have set its own deadline before this one.
				armDeadline();
			}
		}
	}

	private void abandonWaiting(Duration limit) {
		if (this.phase.get() == Phase.WAITING) {
			abandon(new TimeoutException("No connection to the database was free within " + limit));
		}
	}

	private void join(Connection connection) {
		begin(new Lease(this.errands.database(), connection, false));
	}

	@Override
	public void admitted(Connection connection) {
		begin(new Lease(this.errands.database(), connection, true));
	}

	@Override
	public void refused(Throwable ex) {
		if (this.phase.compareAndSet(Phase.WAITING, Phase.ENDING)) {
			released();
			answer(null, ex);
		}
	}

	private void begin(Lease lease) {
		Scope scope = scope(lease);
		this.scope = scope;
		this.lease = lease;
		if (!this.phase.compareAndSet(Phase.WAITING, Phase.WORKING)) {
			lease.release(() -> {
			});
			return;
		}
		armDeadline();
		Mono<Void> open = scope.open(lease);
		Interrupter interrupter = this.errands.database().interrupter();
		if (interrupter.mustIdentify(lease.connection())) {
			Mono<Void> identify = interrupter.identify(lease);
			open = (open != null) ? identify.then(open) : identify;
		}
		Mono<T> work = (open != null) ? open.then(Mono.defer(() -> this.work.apply(lease))) : workOn(lease);
		work.subscribe(this.working);
	}

	private Mono<T> workOn(Lease lease) {
		try {
			return this.work.apply(lease);
		}
		catch (RuntimeException ex) {
			return Mono.error(ex);
		}
	}

	private Scope scope(Lease lease) {
		if (this.atomic) {
			return lease.isOwned() ? new Scope.Own(this.options) : new Scope.Savepoint(this.errands.savepoint());
		}
		return (lease.isOwned() && !lease.connection().isAutoCommit()) ? Scope.IMPLICIT : Scope.NONE;
	}

	private void armDeadline() {
		Duration limit = this.limit;
		this.deadline.update((limit != null) ? this.errands.deadline(limit, () -> abandonWork(limit)) : null);
	}

	private void abandonWork(Duration limit) {
		abandon(new TimeoutException(this.ending
				? "The database has not confirmed within %s; whether it has committed is not known".formatted(limit)
				: "The database had not done its work within " + limit));
	}

	private void cancelled() {
		this.answered.set(true);
		this.deadline.dispose();
		abandon(new CancelledException());
	}

	/** Nobody waits for this any more, or may wait for it any longer. */
	void abandon(RuntimeException reason) {
		if (this.phase.compareAndSet(Phase.WAITING, Phase.ENDING)) {
			this.errands.waitingRoom().leave(this.waiting);
			released();
			answer(null, reason);
		}
		else if (this.phase.compareAndSet(Phase.WORKING, Phase.ENDING)) {
			this.failure = reason;
			this.working.cancel();
			answer(null, reason);
			undo(reason);
			stop(Lease::abandon);
		}
		else {
			Throwable failure = this.failure;
			answer(null, (failure != null) ? failure : reason);
			// A commit on its way is not stopped, unless it seems to have no end.
			stop(this.ending ? Lease::expire : Lease::abandon);
		}
	}

	private void stop(Consumer<Lease> how) {
		Lease lease = this.lease;
		if (lease != null) {
			how.accept(lease);
		}
	}

	private void done(@Nullable T result) {
		Lease lease = this.lease;
		if (lease != null && this.phase.compareAndSet(Phase.WORKING, Phase.ENDING)) {
			lease.whenIdle(() -> commit(lease, result));
		}
	}

	private void failed(Throwable ex) {
		if (this.phase.compareAndSet(Phase.WORKING, Phase.ENDING)) {
			this.failure = ex;
			undo(ex);
		}
	}

	private void commit(Lease lease, @Nullable T result) {
		this.ending = true;
		Throwable undone = lease.undone();
		if (undone != null) {
			// Somebody has caught the exception, but there is nothing left to commit.
			this.failure = undone;
			rollBack(lease, undone);
			return;
		}
		Mono<Void> commit = this.scope.commit(lease);
		if (commit == null) {
			finish(lease, result, null);
			return;
		}
		commit.subscribe(null, (ex) -> {
			this.failure = ex;
			rollBack(lease, ex);
		}, () -> finish(lease, result, null));
	}

	private void undo(Throwable reason) {
		Lease lease = this.lease;
		if (lease != null) {
			lease.whenIdle(() -> rollBack(lease, reason));
		}
	}

	private void rollBack(Lease lease, Throwable reason) {
		this.ending = true;
		Mono<Void> rollback = this.scope.rollback(lease);
		if (rollback == null) {
			finish(lease, null, reason);
			return;
		}
		rollback.subscribe(null, (ex) -> {
			logger.warn("Rollback failed", ex);
			finish(lease, null, reason);
		}, () -> finish(lease, null, reason));
	}

	private void finish(Lease lease, @Nullable T result, @Nullable Throwable ex) {
		lease.release(this::released);
		answer(result, ex);
	}

	private void released() {
		this.errands.end(this.underWay);
	}

	private void answer(@Nullable T result, @Nullable Throwable ex) {
		if (!this.answered.compareAndSet(false, true)) {
			return;
		}
		this.deadline.dispose();
		if (ex != null) {
			this.sink.error(ex);
		}
		else if (result != null) {
			this.sink.success(result);
		}
		else {
			this.sink.success();
		}
	}

	/**
	 * How far it has come.
	 */
	private enum Phase {

		/** There is no connection yet. */
		WAITING,

		/** The work is being done. */
		WORKING,

		/** It is done, or was abandoned. */
		ENDING

	}

	/**
	 * What the work comes to.
	 */
	private final class Work extends Operators.DeferredSubscription implements CoreSubscriber<T> {

		private @Nullable T result;

		@Override
		public Context currentContext() {
			return Context.of(Errand.this.sink.contextView());
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			set(subscription);
			request(Long.MAX_VALUE);
		}

		@Override
		public void onNext(T item) {
			this.result = item;
		}

		@Override
		public void onComplete() {
			done(this.result);
		}

		@Override
		public void onError(Throwable ex) {
			failed(ex);
		}

	}

}
