package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.defer.Action;
import dev.twisted.defer.Bodies;
import dev.twisted.defer.CallContext;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.NotInReactorThreadException;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.netty.util.internal.PlatformDependent;
import org.jspecify.annotations.Nullable;

/**
 * One event loop of the reactor: its timers, what other threads ask of it, and the watch
 * over how long its callbacks take. Lives as long as the reactor, while the Netty loop
 * under it is a new one after each restart.
 */
final class Loop {

	/** Far enough for any call, and near enough that moments can be subtracted. */
	private static final long LONGEST_DELAY = Long.MAX_VALUE / 4;

	/** How often the calls that add calls are followed when the loop ends. */
	private static final int LAST_TURNS = 100;

	private final NettyReactor reactor;

	private final TimerHeap timers = new TimerHeap();

	private final Queue<Runnable> calls = PlatformDependent.newMpscQueue();

	private final AtomicInteger callCount = new AtomicInteger();

	private final AtomicBoolean drainPending = new AtomicBoolean();

	private final CallbackWatch watch;

	private final ConnectionList connections = new ConnectionList();

	private final Deadlines deadlines = new Deadlines(this);

	/** Connections with output to send at the end of this turn. */
	private List<Flushable> unflushed = new ArrayList<>();

	private List<Flushable> flushing = new ArrayList<>();

	private boolean flushingNow;

	/** When the loop will next look at its timers; loop thread only. */
	private long wakeUp;

	/** Who will wake it up then: one at a time, or they would breed. */
	private @Nullable ScheduledFuture<?> alarm;

	private boolean awake;

	private final Bodies bodies;

	/** Whose context the thread has just now, if a callback runs. */
	private @Nullable Contextual current;

	private volatile @Nullable EventLoop executor;

	private volatile boolean dispatching;

	Loop(NettyReactor reactor, CallbackWatch watch) {
		this.reactor = reactor;
		this.watch = watch;
		this.bodies = new Bodies(new LoopTurn(this), reactor.bodyThreads());
	}

	NettyReactor reactor() {
		return this.reactor;
	}

	CallbackWatch watch() {
		return this.watch;
	}

	/** The connections whose protocols run here; loop thread only. */
	ConnectionList connections() {
		return this.connections;
	}

	/** The deadlines of these connections; loop thread only. */
	Deadlines deadlines() {
		return this.deadlines;
	}

	TimerHeap timers() {
		return this.timers;
	}

	/** Give the loop its thread, before anything can run on it. */
	void bind(EventLoop executor) {
		this.executor = executor;
	}

	/** The Netty loop. */
	EventLoop executor() {
		EventLoop current = this.executor;
		if (current == null) {
			throw new IllegalStateException("The reactor has no event loop: it has been stopped");
		}
		return current;
	}

	boolean inLoop() {
		EventLoop current = this.executor;
		return current != null && current.inEventLoop();
	}

	void checkThread(String what) {
		this.reactor.checkThread(what);
	}

	/** Whether the caller is on this loop's thread, or there is none to be on. */
	void checkOwnThread(String what) {
		checkThread(what);
		if (!this.reactor.stopped() && !inLoop()) {
			throw new NotInReactorThreadException(
					"%s belongs to the event loop that it was made on but was called on '%s', which is another one"
						.formatted(what, Thread.currentThread().getName()));
		}
	}

	/** Have the loop's callbacks watched and run bodies; on the loop's thread. */
	void attach() {
		this.watch.thread(Thread.currentThread());
		this.bodies.open();
	}

	/** Begin to run timers and calls; on the loop's thread. */
	void begin() {
		attach();
		this.dispatching = true;
		drainCalls();
		wakeUpForTimers();
	}

	/**
	 * Run no more timers and calls; on the loop's thread, as its last act. A call that
	 * always adds another does not keep the loop from ending: what is left is for its
	 * next life.
	 */
	void end() {
		call("inlineCallbacks", this.bodies::end);
		for (int turn = 0; turn < LAST_TURNS && this.callCount.get() > 0; turn++) {
			runPresentCalls();
		}
		this.connections.forEach((connection) -> connection.ending().reactorEnded());
		this.bodies.close();
		this.deadlines.end();
		this.dispatching = false;
		if (this.alarm != null) {
			this.alarm.cancel(false);
			this.alarm = null;
		}
	}

	/**
	 * The loop has no thread any more; on that thread, if it goes on without the loop.
	 */
	void unbind() {
		if (this.executor != null) {
			this.drainPending.set(false);
			this.unflushed.clear();
			this.executor = null;
		}
	}

	// Calls from other threads

	/**
	 * Run something on this loop, behind everything that was asked for before; when the
	 * reactor does not run, after its next start.
	 */
	void post(Runnable call) {
		this.callCount.incrementAndGet();
		this.calls.add(call);
		if (this.dispatching && this.drainPending.compareAndSet(false, true)) {
			try {
				executor().execute(this::drainCalls);
			}
			catch (IllegalStateException | RejectedExecutionException ex) {
				// The loop ended just now; its next life begins with these calls.
				this.drainPending.set(false);
			}
		}
	}

	/**
	 * Run the calls that were there when the turn began; those that they add wait for the
	 * next turn, so that input and output always have theirs.
	 */
	private void drainCalls() {
		if (!this.dispatching) {
			return;
		}
		runPresentCalls();
		// Not before: what these calls add must not come back into this turn.
		this.drainPending.set(false);
		if (this.callCount.get() > 0 && this.dispatching && this.drainPending.compareAndSet(false, true)) {
			// A scheduled task is taken up in the next turn, an executed one in this.
			executor().schedule(this::drainCalls, 0, TimeUnit.NANOSECONDS);
		}
	}

	private void runPresentCalls() {
		for (int present = this.callCount.get(); present > 0; present--) {
			Runnable call = this.calls.poll();
			if (call == null) {
				// Counted but not yet added by its thread, which will ask again.
				return;
			}
			this.callCount.decrementAndGet();
			try {
				call.run();
			}
			catch (Throwable ex) {
				this.reactor.callbackFailed("callFromThread", ex);
			}
		}
	}

	/**
	 * The same Deferred as seen from this loop: whoever fires the one given, the one
	 * returned fires on this loop's thread, and with a value.
	 */
	Deferred<Object> here(Deferred<?> given) {
		Deferred<Object> seen = new Deferred<>();
		given.<@Nullable Object>addBoth((result, failure) -> {
			if (inLoop() || this.reactor.stopped()) {
				seen.callback(Boolean.TRUE);
			}
			else {
				post(() -> seen.callback(Boolean.TRUE));
			}
			return null;
		});
		return seen;
	}

	// Time

	Duration moment(long nanoTime) {
		return this.reactor.moment(nanoTime);
	}

	TimedCall callLater(Duration delay, Action call) {
		TimedCall timed = new TimedCall(this, call, System.nanoTime() + nanos(delay));
		if (this.timers.add(timed)) {
			arm();
		}
		return timed;
	}

	/** The nanoseconds of a delay, or the longest there can be if it is longer. */
	static long nanos(Duration delay) {
		long seconds = delay.toSeconds();
		if (seconds >= LONGEST_DELAY / 1_000_000_000) {
			return LONGEST_DELAY;
		}
		return (seconds <= -LONGEST_DELAY / 1_000_000_000) ? -LONGEST_DELAY : delay.toNanos();
	}

	static long bounded(long nanos) {
		return Math.max(-LONGEST_DELAY, Math.min(nanos, LONGEST_DELAY));
	}

	void moveTimer(TimedCall timed, long due) {
		if (this.timers.move(timed, due)) {
			arm();
		}
	}

	/** See to it that the loop wakes up for its first timer. */
	private void arm() {
		if (!this.dispatching) {
			return;
		}
		if (inLoop()) {
			wakeUpForTimers();
			return;
		}
		try {
			executor().execute(this::wakeUpForTimers);
		}
		catch (IllegalStateException | RejectedExecutionException ex) {
			// The loop ended just now; its next life begins with its timers.
		}
	}

	private void wakeUpForTimers() {
		if (this.awake || !this.dispatching) {
			return;
		}
		long now = System.nanoTime();
		long wait = this.timers.untilFirst(now);
		// An earlier alarm that is set already will look again.
		if (wait >= 0 && (this.alarm == null || now + wait - this.wakeUp < 0)) {
			if (this.alarm != null) {
				this.alarm.cancel(false);
			}
			this.wakeUp = now + wait;
			this.alarm = executor().schedule(this::runTimers, wait, TimeUnit.NANOSECONDS);
		}
	}

	private void runTimers() {
		if (!this.dispatching) {
			return;
		}
		this.alarm = null;
		this.awake = true;
		try {
			// As in Twisted, a turn begins with the calls that are there.
			runPresentCalls();
			long now = System.nanoTime();
			long mark = this.timers.mark();
			for (TimedCall call = this.timers.poll(now, mark); call != null; call = this.timers.poll(now, mark)) {
				call.run();
			}
		}
		finally {
			this.awake = false;
			wakeUpForTimers();
		}
	}

	// Callbacks

	/**
	 * Run user code that is not about a connection.
	 * @param who what to call it in the log
	 */
	void call(Object who, Action call) {
		call(who, Passing.CONTEXT, call);
	}

	/**
	 * Run user code that is not about a connection.
	 * @param who what to call it in the log
	 * @param context has the context to run it in
	 */
	void call(Object who, Contextual context, Action call) {
		if (!inLoop() || (context == Passing.CONTEXT && this.current != null)) {
			// It belongs to whoever calls, and has their context.
			this.watch.enter(who);
			try {
				runGuarded(who, call);
			}
			finally {
				this.watch.exit();
			}
			return;
		}
		Contextual outer = enter(who, context);
		try {
			runGuarded(who, call);
		}
		finally {
			exit(context, outer);
		}
	}

	private void runGuarded(Object who, Action call) {
		try {
			call.run();
		}
		catch (Throwable ex) {
			this.reactor.callbackFailed(who, ex);
		}
	}

	/**
	 * User code begins to run on this loop, on its thread.
	 * @param who what to call it in the log
	 * @param context has the context to run it in
	 * @return whom it interrupts, for {@link #exit}
	 */
	@Nullable Contextual enter(Object who, Contextual context) {
		this.watch.enter(who);
		Contextual outer = this.current;
		if (outer != context) {
			if (outer != null) {
				outer.callContext(outer.callContext().leave());
			}
			this.current = context;
			context.callContext().enter();
		}
		return outer;
	}

	/**
	 * User code has run.
	 * @param context as given to {@link #enter}
	 * @param outer what that has returned
	 */
	void exit(Contextual context, @Nullable Contextual outer) {
		if (outer != context) {
			context.callContext(context.callContext().leave());
			this.current = outer;
			if (outer != null) {
				outer.callContext().enter();
			}
		}
		this.watch.exit();
	}

	/**
	 * Another thread begins, or ceases, to run callbacks in this loop's turn.
	 * @param context whose context it has
	 * @return whose context the thread before it has
	 */
	@Nullable Contextual handOver(@Nullable Contextual context) {
		Contextual before = this.current;
		this.current = context;
		return before;
	}

	// Output

	/** Have a connection flushed at the end of this turn; on the loop's thread. */
	void flushLater(Flushable connection) {
		this.unflushed.add(connection);
		if (this.unflushed.size() > 1) {
			return;
		}
		if (this.flushingNow) {
			// What a flush has led to waits for the next turn: others want theirs.
			executor().schedule(this::flushAll, 0, TimeUnit.NANOSECONDS);
		}
		else {
			executor().execute(this::flushAll);
		}
	}

	private void flushAll() {
		List<Flushable> batch = this.unflushed;
		this.unflushed = this.flushing;
		this.flushing = batch;
		this.flushingNow = true;
		for (int i = 0; i < batch.size(); i++) {
			try {
				batch.get(i).flush();
			}
			catch (Throwable ex) {
				// One connection's trouble is not the others'.
				this.reactor.callbackFailed(batch.get(i), ex);
			}
		}
		this.flushingNow = false;
		batch.clear();
	}

	/**
	 * The context of callbacks that begin with none and leave none.
	 */
	private enum Passing implements Contextual {

		CONTEXT;

		@Override
		public CallContext callContext() {
			return CallContext.EMPTY;
		}

		@Override
		public void callContext(CallContext context) {
		}

	}

	/**
	 * Something that gathers output until the end of the turn.
	 */
	interface Flushable {

		/** Send what was gathered. */
		void flush();

	}

}
