package dev.twisted.defer;

import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.LockSupport;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Schedulers;

/**
 * A function that waits for Deferreds in the middle of itself. It has a thread of its
 * own, which is only ever a place to keep its stack: the thread that starts or resumes
 * the body waits until the body waits again or ends, so of the two only one runs.
 * <p>
 * What runs between two such points is a {@link Segment}. A body that belongs to an event
 * loop has the loop's turn on loan meanwhile, and is resumed in a turn of that loop
 * whoever fires what it waits for.
 *
 * @param <T> the result
 */
final class Body<T extends @Nullable Object> implements Runnable {

	private static final Logger logger = LoggerFactory.getLogger(Deferred.class);

	private static final ThreadLocal<Body<?>> CURRENT = new ThreadLocal<>();

	private static final StackWalker STACK = StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

	static {
		// Blocking in a body is blocking the reactor.
		Schedulers.registerNonBlockingThreadPredicate(Body::isBody);
	}

	private final Callable<? extends T> code;

	private final InlineResult<T> result = new InlineResult<>(this);

	private final StarterContext context = new StarterContext();

	/** The loop it belongs to, {@code null} as long as it has not met one. */
	private volatile @Nullable Bodies home;

	/** Offered by who resumes, taken by the body's thread. */
	private volatile @Nullable Segment next;

	private volatile @Nullable Thread thread;

	/** Where the body stands; given to it, and taken away, in a segment. */
	private volatile @Nullable Await waitingAt;

	private @Nullable Object outcome;

	private @Nullable Segment segment;

	private TurnLender.@Nullable Loan loan;

	private @Nullable Failure lastFailure;

	private boolean told;

	/** What to cancel when the result is cancelled; guarded by this. */
	private @Nullable Deferred<?> awaited;

	/** To cancel what is awaited next; guarded by this. */
	private boolean cancelNext;

	Body(Callable<? extends T> code) {
		this.code = code;
	}

	private static boolean isBody(Thread thread) {
		return thread == Thread.currentThread() && CURRENT.get() != null;
	}

	// In the thread of who starts or resumes it

	/** Run it until it waits for the first time, or ends. */
	Deferred<T> start() {
		Bodies here = Bodies.here();
		this.home = here;
		this.context.begin();
		Segment first = new Segment();
		this.segment = first;
		try {
			((here != null) ? here.threads() : BodyThreads.ELSEWHERE).execute(this);
		}
		catch (RejectedExecutionException ex) {
			this.result.give(new Failure(ex));
			return this.result;
		}
		first.awaitEnd();
		return this.result;
	}

	/** Let somebody else start it, unless it is cancelled before that. */
	Deferred<T> startBy(Executor starter) {
		starter.execute(() -> {
			if (isCancelled()) {
				this.result.give(new Failure(new CancelledException()));
			}
			else {
				start();
			}
		});
		return this.result;
	}

	private synchronized boolean isCancelled() {
		return this.cancelNext;
	}

	/** What it waits for has come. */
	void resume(Await from, @Nullable Object result) {
		Bodies loop = this.home;
		if (loop == null || loop.loop().hasTurn()) {
			proceed(from, result);
		}
		else {
			// To cancel what has its result would be lost.
			expectNothing();
			loop.loop().execute(() -> proceed(from, result));
		}
	}

	private void proceed(Await from, @Nullable Object result) {
		if (this.waitingAt != from) {
			// It has been ended since.
			return;
		}
		this.waitingAt = null;
		Bodies loop = this.home;
		if (loop == null) {
			// From its first turn in a loop it belongs there.
			this.home = Bodies.here();
		}
		else {
			loop.waitsNoMore(this);
		}
		this.outcome = result;
		Segment segment = new Segment();
		this.next = segment;
		LockSupport.unpark(this.thread);
		segment.awaitEnd();
	}

	/** The loop ends; in its turn, while the body waits. */
	void end() {
		Await place = this.waitingAt;
		if (place == null) {
			return;
		}
		cancelQuietly(awaited());
		if (this.waitingAt == place) {
			proceed(place, new Failure(ended()));
		}
	}

	private synchronized @Nullable Deferred<?> awaited() {
		return this.awaited;
	}

	/**
	 * The result is cancelled; from any thread.
	 * @return what to cancel instead, {@code null} if it is not known yet
	 */
	synchronized @Nullable Deferred<?> cancelAwaited() {
		this.cancelNext = (this.awaited == null);
		return this.awaited;
	}

	// In the thread of the body

	@Override
	public void run() {
		this.thread = Thread.currentThread();
		Object last;
		try {
			borrowTurn();
			this.context.enter();
			CURRENT.set(this);
			last = this.code.call();
		}
		catch (BodyEnd ex) {
			last = new Failure(ended());
		}
		catch (Throwable ex) {
			last = Chain.failureOf(ex, this.lastFailure);
		}
		CURRENT.remove();
		try {
			finish(last);
		}
		catch (Throwable ex) {
			logger.error("The result of a body could not be given", ex);
		}
		finally {
			leave();
		}
	}

	/** Whatever happens, somebody waits for the turn. */
	private void leave() {
		try {
			this.context.leave();
		}
		catch (Throwable ex) {
			logger.error("A body could not leave its context", ex);
		}
		finally {
			giveTurnBack();
		}
	}

	private void finish(@Nullable Object last) {
		if (!(last instanceof Deferred<?> deferred)) {
			this.result.give(last);
			return;
		}
		if (deferred == this.result) {
			this.result.give(new Failure(new IllegalStateException("A body returned its own result")));
			return;
		}
		expect(deferred);
		Bodies loop = this.home;
		deferred.add(new Link.Both((value, failure) -> {
			Object given = (failure != null) ? failure : value;
			if (loop == null || loop.closing() || loop.loop().hasTurn()) {
				this.result.give(given);
			}
			else {
				loop.loop().execute(() -> this.result.give(given));
			}
			return null;
		}));
	}

	/**
	 * Wait for a Deferred in the body that the calling thread runs.
	 * @return its result
	 * @throws Exception what it failed with
	 */
	@SuppressWarnings({ "unchecked", "NullAway" })
	static <V extends @Nullable Object> V await(Deferred<? extends V> deferred) throws Exception {
		Body<?> body = CURRENT.get();
		if (body == null) {
			throw new IllegalStateException(
					("await belongs into the body of inlineCallbacks or into a method with @InlineCallbacks, and thread '%s' "
							+ "does not run one: add a callback instead. A method with that annotation is a body only when "
							+ "another bean calls it, not when its own does.")
						.formatted(Thread.currentThread().getName()));
		}
		Object outcome = body.waitFor(deferred);
		if (outcome instanceof Failure failure) {
			body.lastFailure = failure;
			AwaitTrace.addTo(failure.value());
			return failure.raiseException();
		}
		// What a V may be, null included, is what came.
		return (V) outcome;
	}

	private @Nullable Object waitFor(Deferred<?> deferred) {
		if (deferred == this.result) {
			throw new IllegalStateException("A body cannot wait for its own result");
		}
		Await place = new Await(this);
		deferred.add(place);
		if (!place.isDone()) {
			Bodies loop = this.home;
			boolean ending = loop != null && loop.closing();
			checkReturnable(place);
			if (expect(deferred) || ending) {
				cancelQuietly(deferred);
			}
			if (ending) {
				refuseToWait();
				return place.isDone() ? place.outcome() : new Failure(ended());
			}
			this.waitingAt = place;
			if (place.beginWaiting()) {
				return sleep(loop);
			}
			this.waitingAt = null;
			expectNothing();
		}
		return place.outcome();
	}

	/** Once with an exception that may be caught, from then on with one that is not. */
	private void refuseToWait() {
		if (this.told) {
			throw new BodyEnd();
		}
		this.told = true;
	}

	/** Remember what to cancel; true if it is to be cancelled already. */
	private synchronized boolean expect(Deferred<?> deferred) {
		this.awaited = deferred;
		boolean cancel = this.cancelNext;
		this.cancelNext = false;
		return cancel;
	}

	private synchronized void expectNothing() {
		this.awaited = null;
	}

	/** With the loop as it was before: who fires meanwhile may bring another. */
	private @Nullable Object sleep(@Nullable Bodies loop) {
		if (loop != null) {
			loop.waits(this);
		}
		giveTurnBack();
		boolean interrupted = false;
		Segment offered = this.next;
		while (offered == null) {
			LockSupport.park(this);
			interrupted |= Thread.interrupted();
			offered = this.next;
		}
		if (interrupted) {
			Thread.currentThread().interrupt();
		}
		this.next = null;
		this.segment = offered;
		expectNothing();
		borrowTurn();
		Object came = this.outcome;
		this.outcome = null;
		return came;
	}

	/**
	 * Whoever calls the body back in the middle of something has not finished that, and
	 * would have to wait with it.
	 */
	private void checkReturnable(Await place) {
		TurnLender.Loan current = this.loan;
		boolean inCallback = STACK
			.walk((frames) -> frames.anyMatch((frame) -> frame.getDeclaringClass() == Chain.class));
		if ((inCallback || (current != null && !current.returnable())) && place.refuse()) {
			throw new IllegalStateException(
					"await was called in a callback that the body's own code has set off, which cannot wait: "
							+ "return the Deferred from the callback, or start another body in it");
		}
	}

	private void borrowTurn() {
		Bodies loop = this.home;
		this.loan = (loop != null) ? loop.loop().lend() : null;
	}

	private void giveTurnBack() {
		Segment over = this.segment;
		TurnLender.Loan current = this.loan;
		this.segment = null;
		this.loan = null;
		if (current != null) {
			current.end();
		}
		if (over != null) {
			over.end();
		}
	}

	private static void cancelQuietly(@Nullable Deferred<?> deferred) {
		try {
			if (deferred != null) {
				deferred.cancel();
			}
		}
		catch (Throwable ex) {
			logger.error("A canceller failed", ex);
		}
	}

	private static CancelledException ended() {
		return new CancelledException("The reactor has stopped, so nothing is awaited any more");
	}

	/**
	 * What the body does from one await to the next. Whoever makes one waits for its end.
	 */
	private static final class Segment {

		private final Thread waiting = Thread.currentThread();

		private volatile boolean over;

		void end() {
			this.over = true;
			LockSupport.unpark(this.waiting);
		}

		void awaitEnd() {
			boolean interrupted = false;
			while (!this.over) {
				LockSupport.park(this);
				interrupted |= Thread.interrupted();
			}
			if (interrupted) {
				this.waiting.interrupt();
			}
		}

	}

}
