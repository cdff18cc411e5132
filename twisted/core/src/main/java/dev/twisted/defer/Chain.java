package dev.twisted.defer;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * The works of a {@link Deferred}: a result, a queue of functions it has to go through,
 * and the rules by which it does.
 * <p>
 * All fields are guarded by one bit of {@link #state}, which is held for a few
 * instructions at a time and never while foreign code runs. A thread that wants to run
 * the queue sets {@link #RUNNING}; from then on the result belongs to that thread alone
 * until it gives the bit back. It takes the queue as a whole and walks it without holding
 * the lock. What is added meanwhile goes to a new queue, which it looks for when it is
 * done with the first. So functions neither overlap nor overtake each other, and each
 * sees what those before it have done, whatever the thread.
 * <p>
 * A chain waits for another one by a {@link ChainLink} in the other one's queue. Results
 * go up such links in a loop with a stack of its own, never by recursion.
 */
abstract sealed class Chain permits Deferred {

	private static final VarHandle STATE;

	static {
		try {
			STATE = MethodHandles.lookup().findVarHandle(Chain.class, "state", int.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	/** Somebody reads or writes the fields. */
	private static final int LOCKED = 1;

	/** There is, or was, a first result. */
	private static final int CALLED = 1 << 1;

	/** Some thread runs the queue. */
	private static final int RUNNING = 1 << 2;

	/** There is no result because another chain is going to give one. */
	private static final int WAITING = 1 << 3;

	/** There is no result because who waited for it now waits for another chain. */
	private static final int FORWARDED = 1 << 4;

	/** The canceller is at work. */
	private static final int CANCELLING = 1 << 5;

	/** The next attempt to fire is ignored. */
	private static final int SUPPRESS = 1 << 6;

	/** Keeps {@link #add} from taking the short way, which leaves no trace. */
	private static final int DEBUGGED = 1 << 7;

	/** One call of {@link Deferred#pause()}; the count fills the rest of the word. */
	private static final int PAUSE = 1 << 8;

	private static final int MAX_PAUSED = Integer.MAX_VALUE - PAUSE;

	private static final int SPINS = 64;

	/** With its header such an array fills a line of the cache. */
	private static final int FIRST_CAPACITY = 12;

	private static final Object[] NOTHING = {};

	/** Stands for a result that is not there. */
	private static final Object NONE = new Object();

	/**
	 * How far to look for a chain that waits for itself. It takes a mistake in a program
	 * to get there, and such mistakes are short.
	 */
	private static final int CYCLE_SEARCH = 64;

	// Read and written through STATE.
	@SuppressWarnings("UnusedVariable")
	private int state;

	private int queued;

	/** Once there is a result, {@code null} while nothing is waiting for its turn. */
	private Object @Nullable [] queue;

	private @Nullable Object result;

	private @Nullable Canceller<?> canceller;

	/** What this waits for, or where its result went. */
	private @Nullable ChainLink link;

	/** Set while this rests on a failure. */
	private UnhandledErrors.@Nullable Watch watch;

	/** Only while debugging. */
	private @Nullable DebugInfo debugInfo;

	Chain(@Nullable Canceller<?> canceller) {
		this.canceller = canceller;
		// Made here and not for the first function, so that adding one stays small.
		this.queue = new Object[FIRST_CAPACITY];
		if (DebugInfo.enabled) {
			this.debugInfo = new DebugInfo();
			this.state = DEBUGGED;
		}
	}

	/**
	 * A chain that has been fired.
	 * @param result the result
	 * @param failed whether that is a {@link Failure}
	 */
	Chain(@Nullable Object result, boolean failed) {
		this.result = result;
		if (DebugInfo.enabled) {
			this.debugInfo = new DebugInfo();
			this.debugInfo.fired();
		}
		if (failed) {
			keepWatch((Failure) Objects.requireNonNull(result));
		}
		STATE.setRelease(this, CALLED);
	}

	abstract void runCanceller(Canceller<?> canceller) throws Exception;

	// The lock

	private int lock() {
		int seen = (int) STATE.getOpaque(this);
		if ((seen & LOCKED) == 0 && STATE.compareAndSet(this, seen, seen | LOCKED)) {
			return seen;
		}
		return lockContended();
	}

	@SuppressWarnings("ThreadPriorityCheck")
	private int lockContended() {
		int spins = 0;
		while (true) {
			int seen = (int) STATE.getOpaque(this);
			if ((seen & LOCKED) == 0 && STATE.compareAndSet(this, seen, seen | LOCKED)) {
				return seen;
			}
			if (++spins < SPINS) {
				Thread.onSpinWait();
			}
			else {
				// Whoever holds the lock may have lost its processor.
				Thread.yield();
			}
		}
	}

	private void unlock(int newState) {
		STATE.setRelease(this, newState);
	}

	private int peek() {
		return (int) STATE.getAcquire(this) & ~LOCKED;
	}

	// The outside

	/**
	 * Put a function into the queue and run what can be run.
	 * @param entry a {@link Callback} or a {@link Link}
	 */
	final void add(Object entry) {
		// Most have nothing to do but to wait. That is small enough to be inlined.
		if ((int) STATE.getOpaque(this) == 0 && STATE.compareAndSet(this, 0, LOCKED)) {
			Object[] entries = this.queue;
			int at = this.queued;
			if (entries != null && at < entries.length) {
				entries[at] = entry;
				this.queued = at + 1;
				unlock(0);
				return;
			}
			addAndRun(entry, 0);
			return;
		}
		addAndRun(entry, lock());
	}

	/** With the lock, which this gives back. */
	private void addAndRun(Object added, int seenAtFirst) {
		Object entry = added;
		int seen = seenAtFirst;
		if (this.debugInfo != null) {
			unlock(seen);
			entry = this.debugInfo.added(added);
			seen = lock();
		}
		if (this.queue == null && isIdle(seen)) {
			unlock(seen | RUNNING);
			runBatch(new Object[] { entry }, 1);
			return;
		}
		append(entry, seen);
		int now = seen;
		if ((now & FORWARDED) != 0) {
			now = endForward(now);
		}
		if (isIdle(now)) {
			runFrom(now);
		}
		else if ((now & FORWARDED) != 0) {
			comeBack(now);
		}
		else {
			unlock(now);
		}
	}

	/**
	 * Give the first result.
	 * @param result a result or a {@link Failure}
	 * @throws AlreadyCalledException if there was one before
	 */
	final void fire(@Nullable Object result) {
		int seen = lock();
		if ((seen & CALLED) == 0) {
			fireFrom(seen, result);
			return;
		}
		unlock(seen & ~SUPPRESS);
		if ((seen & SUPPRESS) == 0) {
			throw new AlreadyCalledException(DebugInfo.describe(this.debugInfo));
		}
	}

	/**
	 * Give the first result if there is none.
	 * @param result a result or a {@link Failure}
	 * @return false if there was one before
	 */
	final boolean tryFire(@Nullable Object result) {
		int seen = lock();
		if ((seen & CALLED) != 0) {
			unlock(seen);
			return false;
		}
		fireFrom(seen, result);
		return true;
	}

	/**
	 * Do what is to be done here to cancel.
	 * @return the chain to go on with, {@code null} if there is nothing more to do
	 */
	@Nullable Chain cancelStep() {
		CancelledException cancelled = new CancelledException();
		int seen = lock();
		if ((seen & CALLED) != 0) {
			ChainLink waitsOn = this.link;
			unlock(seen);
			return (waitsOn != null) ? waitsOn.inner() : null;
		}
		Canceller<?> toRun = this.canceller;
		if (toRun == null) {
			// Whoever does the work was not told, so it is going to fire once.
			fireFrom(seen | SUPPRESS, new Failure(cancelled));
			return null;
		}
		if ((seen & CANCELLING) != 0) {
			unlock(seen);
			return null;
		}
		unlock(seen | CANCELLING);
		boolean stopped = false;
		try {
			runCanceller(toRun);
			stopped = true;
		}
		catch (RuntimeException | Error ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new IllegalStateException("The canceller failed: " + ex, ex);
		}
		finally {
			if (!stopped) {
				unlock(lock() & ~CANCELLING);
			}
		}
		tryFire(new Failure(cancelled));
		return null;
	}

	final void holdUp() {
		int seen = lock();
		if (seen > MAX_PAUSED) {
			unlock(seen);
			throw new IllegalStateException("A Deferred was paused too often");
		}
		unlock(seen + PAUSE);
	}

	final void letGo() {
		int seen = lock();
		if (seen < PAUSE) {
			unlock(seen);
			throw new IllegalStateException("unpause() was called more often than pause()");
		}
		seen -= PAUSE;
		if (this.queue != null && isIdle(seen)) {
			runFrom(seen);
			return;
		}
		unlock(seen);
	}

	/** Where this was made and what it went through; only while debugging. */
	final @Nullable DebugInfo debugInfo() {
		return this.debugInfo;
	}

	final boolean isCalled() {
		return (peek() & CALLED) != 0;
	}

	final boolean isHeldUp() {
		int seen = lock();
		if ((seen & FORWARDED) != 0) {
			seen = endForward(seen);
		}
		unlock(seen);
		return seen >= PAUSE || (seen & (WAITING | FORWARDED)) != 0;
	}

	/**
	 * What the result is, in words.
	 * @return a text to go behind a name
	 */
	final String describeResult() {
		int seen = lock();
		Object current = this.result;
		ChainLink waitsOn = this.link;
		unlock(seen);
		if ((seen & CALLED) == 0) {
			return "";
		}
		if ((seen & RUNNING) != 0) {
			return " running";
		}
		Chain inner = (waitsOn != null) ? waitsOn.inner() : null;
		if (inner != null) {
			return " waiting on Deferred at 0x" + Integer.toHexString(System.identityHashCode(inner));
		}
		return " current result: " + current;
	}

	// From here on: with the lock, or with RUNNING, as the names tell.

	private static boolean isIdle(int state) {
		return state < PAUSE && (state & (CALLED | RUNNING | WAITING | FORWARDED)) == CALLED;
	}

	/** With the lock. */
	private void append(Object entry, int seen) {
		Object[] entries = this.queue;
		if (entries == null || this.queued == entries.length) {
			entries = grow(entries, seen);
		}
		entries[this.queued++] = entry;
	}

	private Object[] grow(Object @Nullable [] entries, int seen) {
		Object[] grown;
		try {
			if (entries == null) {
				grown = new Object[FIRST_CAPACITY];
			}
			else {
				int length = entries.length;
				grown = Arrays.copyOf(entries, Math.max(length * 2, FIRST_CAPACITY));
			}
		}
		catch (Throwable ex) {
			unlock(seen);
			throw ex;
		}
		if (entries == null) {
			this.queued = 0;
		}
		this.queue = grown;
		return grown;
	}

	/** With the lock, which this gives back. */
	private void fireFrom(int seen, @Nullable Object first) {
		this.result = first;
		if (this.canceller != null) {
			this.canceller = null;
		}
		if (this.debugInfo != null) {
			this.debugInfo.fired();
		}
		runFrom((seen & ~CANCELLING) | CALLED);
	}

	/** With the lock, which this gives back. */
	private void runFrom(int newState) {
		Object[] entries = this.queue;
		int count = (entries != null) ? this.queued : 0;
		this.queue = null;
		if (count == 0 && !(this.result instanceof Failure)) {
			unlock(newState);
			return;
		}
		unlock(newState | RUNNING);
		runBatch(entries, count);
	}

	/** With RUNNING, which this gives back. */
	private void runBatch(Object @Nullable [] entries, int count) {
		ChainLink handover = walk(entries, count);
		if (handover != null) {
			follow(this, handover);
		}
	}

	/** With the lock: what was given away in advance may have arrived by now. */
	private int endForward(int seen) {
		if (this.link != null && this.link.inner() != null) {
			return seen;
		}
		this.link = null;
		return seen & ~FORWARDED;
	}

	/** With the lock, which this gives back: somebody wants what went elsewhere. */
	private void comeBack(int seen) {
		ChainLink shared = this.link;
		unlock((seen & ~FORWARDED) | WAITING);
		if (shared == null || !shared.follow(this)) {
			// It has arrived this moment.
			ChainLink handover = resume(null);
			if (handover != null) {
				follow(this, handover);
			}
		}
	}

	/**
	 * Go on with the result that this has been waiting for.
	 * @param value a result or a {@link Failure}
	 * @return a link to follow
	 */
	private @Nullable ChainLink resume(@Nullable Object value) {
		int seen = lock();
		this.link = null;
		this.result = value;
		Object[] entries = this.queue;
		int count = this.queued;
		this.queue = null;
		unlock((seen & ~WAITING) | RUNNING);
		return walk(entries, count);
	}

	/**
	 * Go on where there may be something left.
	 * @return a link to follow
	 */
	private @Nullable ChainLink runWhatIsLeft() {
		int seen = lock();
		Object[] entries = this.queue;
		if (entries == null || !isIdle(seen)) {
			unlock(seen);
			return null;
		}
		int count = this.queued;
		this.queue = null;
		unlock(seen | RUNNING);
		return walk(entries, count);
	}

	/**
	 * Carry results from chain to chain until there is nothing left to run.
	 * @param from the chain that gives its result away
	 * @param handover the link to the one that gets it
	 */
	private static void follow(Chain from, ChainLink handover) {
		Deque<Chain> left = null;
		Chain current = from;
		ChainLink next = handover;
		while (true) {
			while (next != null) {
				Chain outer = next.outer();
				List<Chain> followers = next.close();
				if (current.queue != null || !followers.isEmpty()) {
					left = (left != null) ? left : new ArrayDeque<>();
					if (current.queue != null) {
						left.push(current);
					}
					for (Chain follower : followers) {
						follower.stopWaiting();
						left.push(follower);
					}
				}
				Object value = next.result;
				next.result = null;
				current = outer;
				next = current.resume(value);
			}
			if (left == null || left.isEmpty()) {
				return;
			}
			current = left.pop();
			next = current.runWhatIsLeft();
		}
	}

	private void stopWaiting() {
		int seen = lock();
		this.link = null;
		this.result = null;
		unlock(seen & ~WAITING);
	}

	/**
	 * With RUNNING, which this gives back: send the result through the queue.
	 * @param batch the entries
	 * @param size how many there are
	 * @return a link, if the result, which is then in the link, belongs to another chain
	 */
	@SuppressWarnings("unchecked")
	private @Nullable ChainLink walk(Object @Nullable [] batch, int size) {
		Object[] entries = (batch != null) ? batch : NOTHING;
		int count = (batch != null) ? size : 0;
		Object current = this.result;
		while (true) {
			for (int i = 0; i < count; i++) {
				if ((int) STATE.getOpaque(this) >= PAUSE && stayPaused(entries, i, count, current)) {
					return null;
				}
				Object entry = entries[i];
				if (!(entry instanceof Link special)) {
					if (current instanceof Failure) {
						continue;
					}
					try {
						current = ((Callback<@Nullable Object, ?>) entry).call(current);
					}
					catch (Throwable ex) {
						current = failureOf(ex, null);
					}
				}
				else if (special instanceof ChainLink handover) {
					handover.result = current;
					giveAway(entries, i + 1, count);
					return handover;
				}
				else {
					try {
						current = special.pass(current);
					}
					catch (Throwable ex) {
						current = failureOf(ex, current);
					}
				}
				if (current instanceof Chain inner) {
					current = (inner == this) ? NONE : inner.take();
					if (current == NONE) {
						if (!inner.waitsFor(this)) {
							ChainLink waiting = waitFor(inner, entries, i + 1, count);
							return inner.attach(waiting) ? null : waiting;
						}
						current = new Failure(new IllegalStateException(
								"A callback returned a Deferred that waits for the very chain it was called from"));
					}
				}
			}
			if (current instanceof Failure failure) {
				keepWatch(failure);
			}
			else if (this.watch != null) {
				callOffWatch();
			}
			int seen = lock();
			entries = this.queue;
			if (entries == null || seen >= PAUSE) {
				this.result = current;
				unlock(seen & ~RUNNING);
				return null;
			}
			count = this.queued;
			this.queue = null;
			unlock(seen);
		}
	}

	/** With RUNNING, which this gives back unless the pause is over. */
	private boolean stayPaused(Object[] entries, int from, int count, @Nullable Object current) {
		if (current instanceof Failure failure) {
			keepWatch(failure);
		}
		else {
			callOffWatch();
		}
		int seen = lock();
		if (seen < PAUSE) {
			unlock(seen);
			return false;
		}
		putBack(entries, from, count);
		this.result = current;
		unlock(seen & ~RUNNING);
		return true;
	}

	/** With RUNNING, which this gives back. */
	private void giveAway(Object[] entries, int from, int count) {
		callOffWatch();
		int seen = lock();
		putBack(entries, from, count);
		this.result = null;
		unlock(seen & ~RUNNING);
	}

	/** With RUNNING, which this gives back. */
	private ChainLink waitFor(Chain inner, Object[] entries, int from, int count) {
		callOffWatch();
		ChainLink own = new ChainLink(this, inner);
		int seen = lock();
		this.result = null;
		if (count - from == 1 && this.queue == null && seen < PAUSE && entries[from] instanceof ChainLink) {
			ChainLink waiting = (ChainLink) entries[from];
			waiting.moveTo(inner);
			this.link = waiting;
			unlock((seen & ~RUNNING) | FORWARDED);
			return waiting;
		}
		putBack(entries, from, count);
		this.link = own;
		unlock((seen & ~RUNNING) | WAITING);
		return own;
	}

	/**
	 * Take the result away if there is one that nothing else is going to happen to.
	 * @return the result, or {@link #NONE}
	 */
	private @Nullable Object take() {
		int seen = lock();
		if ((seen & FORWARDED) != 0) {
			seen = endForward(seen);
		}
		if (this.queue != null || !isIdle(seen)) {
			unlock(seen);
			return NONE;
		}
		Object taken = this.result;
		this.result = null;
		UnhandledErrors.Watch handled = this.watch;
		this.watch = null;
		unlock(seen);
		if (handled != null) {
			try {
				handled.callOff();
			}
			finally {
				Reference.reachabilityFence(this);
			}
		}
		return taken;
	}

	/**
	 * Let another chain wait for this one.
	 * @param waiting the other one's link
	 * @return false if there is a result already, which then is in the link
	 */
	private boolean attach(ChainLink waiting) {
		Object taken = take();
		while (taken == NONE) {
			int seen = lock();
			if ((seen & FORWARDED) != 0) {
				seen = endForward(seen);
			}
			if (this.queue != null || !isIdle(seen)) {
				append(waiting, seen);
				if ((seen & FORWARDED) != 0) {
					comeBack(seen);
				}
				else {
					unlock(seen);
				}
				return true;
			}
			unlock(seen);
			taken = take();
		}
		waiting.result = taken;
		return false;
	}

	private boolean waitsFor(Chain other) {
		Chain chain = this;
		for (int i = 0; chain != null && i < CYCLE_SEARCH; i++) {
			if (chain == other) {
				return true;
			}
			ChainLink waitsOn = chain.link;
			chain = (waitsOn != null) ? waitsOn.inner() : null;
		}
		return false;
	}

	/** With the lock: what is left goes before what was added meanwhile. */
	private void putBack(Object[] entries, int from, int count) {
		int left = count - from;
		if (left == 0) {
			return;
		}
		Object[] added = this.queue;
		if (added == null) {
			System.arraycopy(entries, from, entries, 0, left);
			Arrays.fill(entries, left, count, null);
			this.queue = entries;
			this.queued = left;
			return;
		}
		Object[] both = new Object[left + this.queued];
		System.arraycopy(entries, from, both, 0, left);
		System.arraycopy(added, 0, both, left, this.queued);
		this.queue = both;
		this.queued = both.length;
	}

	/** With RUNNING. */
	private void keepWatch(Failure failure) {
		if (this.watch != null) {
			if (this.watch.isOf(failure)) {
				return;
			}
			this.watch.callOff();
		}
		this.watch = UnhandledErrors.watch(this, failure, this.debugInfo);
	}

	/** With RUNNING. */
	private void callOffWatch() {
		if (this.watch != null) {
			this.watch.callOff();
			this.watch = null;
		}
	}

	/**
	 * Every exception turns to the error side, so that every Deferred fires. A machine
	 * that is out of memory or stack is worth a line in the log even if an errback takes
	 * the failure.
	 */
	static Failure failureOf(Throwable thrown, @Nullable Object before) {
		if (thrown instanceof VirtualMachineError) {
			try {
				LoggerFactory.getLogger(Deferred.class).error("A callback ended with a virtual machine error", thrown);
			}
			catch (Throwable ex) {
				// What cannot be logged still goes down the chain.
				thrown.addSuppressed(ex);
			}
		}
		if (before instanceof Failure failure && failure.value() == thrown) {
			// A failure that was only passed on stays what it is, also a remote one.
			return failure;
		}
		return new Failure(thrown);
	}

}
