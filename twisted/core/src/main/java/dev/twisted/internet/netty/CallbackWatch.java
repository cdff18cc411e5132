package dev.twisted.internet.netty;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

import org.jspecify.annotations.Nullable;

/**
 * What one loop tells {@link SlowCallbacks} of its callbacks. Written by the loop for
 * each callback, so it must cost next to nothing: two plain stores and a look, no clock.
 */
final class CallbackWatch {

	private static final VarHandle TURN;

	static {
		try {
			TURN = MethodHandles.lookup().findVarHandle(CallbackWatch.class, "turn", long.class);
		}
		catch (ReflectiveOperationException ex) {
			throw new ExceptionInInitializerError(ex);
		}
	}

	private final SlowCallbacks slowCallbacks;

	/** Odd while a callback runs; a new number for each. */
	private long turn;

	private int depth;

	private @Nullable Object who;

	private @Nullable Thread thread;

	CallbackWatch(SlowCallbacks slowCallbacks) {
		this.slowCallbacks = slowCallbacks;
	}

	void enter(Object who) {
		if (this.depth++ == 0) {
			this.who = who;
			TURN.setOpaque(this, this.turn + 1);
			if (this.slowCallbacks.asleep()) {
				this.slowCallbacks.wake();
			}
		}
	}

	void exit() {
		if (--this.depth == 0) {
			TURN.setOpaque(this, this.turn + 1);
			this.who = null;
		}
	}

	/** How many callbacks run, one inside the other; loop thread only. */
	int depth() {
		return this.depth;
	}

	/** The number of the present callback, even if there is none; from any thread. */
	long turn() {
		return (long) TURN.getOpaque(this);
	}

	/** Who runs, perhaps out of date; from any thread. */
	@Nullable Object who() {
		return this.who;
	}

	void thread(@Nullable Thread thread) {
		this.thread = thread;
	}

	/** The loop's thread; from any thread. */
	@Nullable Thread thread() {
		return this.thread;
	}

}
