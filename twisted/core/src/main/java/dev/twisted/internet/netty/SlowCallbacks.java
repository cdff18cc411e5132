package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

import dev.twisted.defer.CallContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reports callbacks that hold their loop for too long, once each, with the stack they
 * have then. A thread of its own looks at the loops a few times per threshold; it rests
 * while they do.
 */
final class SlowCallbacks {

	private static final Logger logger = LoggerFactory.getLogger(SlowCallbacks.class);

	private static final int LOOKS_PER_THRESHOLD = 4;

	/** Enough to see who was called by whom. */
	private static final int MOST_FRAMES = 40;

	private static final int QUIET_LOOKS_BEFORE_REST = 40;

	private static final long LONGEST_REST = Duration.ofSeconds(1).toNanos();

	private final long threshold;

	private final LongAdder count = new LongAdder();

	private volatile @Nullable Thread thread;

	private volatile boolean asleep;

	SlowCallbacks(Duration threshold) {
		this.threshold = threshold.toNanos();
	}

	long count() {
		return this.count.sum();
	}

	void start(String name, List<CallbackWatch> watches) {
		if (this.threshold <= 0) {
			return;
		}
		Thread watcher = new Thread(() -> watch(watches), name + "-watch");
		watcher.setDaemon(true);
		this.thread = watcher;
		watcher.start();
	}

	void stop() {
		Thread watcher = this.thread;
		this.thread = null;
		this.asleep = false;
		LockSupport.unpark(watcher);
	}

	boolean asleep() {
		return this.asleep;
	}

	void wake() {
		this.asleep = false;
		LockSupport.unpark(this.thread);
	}

	private void watch(List<CallbackWatch> watches) {
		long pause = Math.max(1, this.threshold / LOOKS_PER_THRESHOLD);
		Sighting[] sightings = watches.stream().map(Sighting::new).toArray(Sighting[]::new);
		int quiet = 0;
		while (this.thread == Thread.currentThread()) {
			if (quiet < QUIET_LOOKS_BEFORE_REST) {
				LockSupport.parkNanos(this, pause);
			}
			else {
				// A loop that misses this wakes nobody; the rest is short for its sake.
				this.asleep = true;
				LockSupport.parkNanos(this, LONGEST_REST);
				this.asleep = false;
				quiet = QUIET_LOOKS_BEFORE_REST - 1;
			}
			boolean busy = false;
			for (Sighting sighting : sightings) {
				busy |= look(sighting);
			}
			quiet = busy ? 0 : quiet + 1;
		}
	}

	/** Look at one loop; true if it did something since the last look. */
	private boolean look(Sighting sighting) {
		CallbackWatch watch = sighting.watch;
		long turn = watch.turn();
		long now = System.nanoTime();
		if (turn != sighting.turn) {
			sighting.turn = turn;
			sighting.since = now;
			sighting.reported = false;
			return true;
		}
		if ((turn & 1) == 0) {
			return false;
		}
		if (!sighting.reported && now - sighting.since >= this.threshold) {
			Object who = watch.who();
			Thread thread = watch.thread();
			StackTraceElement[] stack = (thread != null) ? thread.getStackTrace() : new StackTraceElement[0];
			// Only if the stack is that of the callback we saw.
			if (watch.turn() == turn) {
				sighting.reported = true;
				this.count.increment();
				SlowCallbackException where = new SlowCallbackException(
						Arrays.copyOf(stack, Math.min(stack.length, MOST_FRAMES)));
				CallContext context = (who instanceof Contextual slow) ? slow.callContext() : CallContext.EMPTY;
				context.enter();
				logger.warn(
						"A callback of {} has held the event loop for more than {} ms; "
								+ "what blocks belongs in deferToThread. It is here:",
						who, this.threshold / 1_000_000, where);
				context.leave();
			}
		}
		return true;
	}

	/** What was last seen of one loop. */
	private static final class Sighting {

		private final CallbackWatch watch;

		private long turn;

		private long since;

		private boolean reported;

		Sighting(CallbackWatch watch) {
			this.watch = watch;
		}

	}

	/** Carries another thread's stack into the log. */
	private static final class SlowCallbackException extends RuntimeException {

		private static final long serialVersionUID = 1L;

		SlowCallbackException(StackTraceElement[] stack) {
			super("slow callback");
			setStackTrace(stack);
		}

	}

}
