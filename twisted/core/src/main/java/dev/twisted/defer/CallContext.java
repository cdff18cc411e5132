package dev.twisted.defer;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What surrounds a piece of user code: the MDC of SLF4J and, where
 * {@code io.micrometer:context-propagation} is on the class path, the thread locals that
 * are registered with its {@code ContextRegistry}. Immutable.
 * <p>
 * The reactor carries it, so nobody has to. What a callback of a connection or port puts
 * into its context is there in the later callbacks of the same connection or port, and in
 * no other's. Timed calls, calls in threads and calls from threads have the context of
 * the code that asked for them, as it was then; so do connections that are made to the
 * outside. A connection that was accepted begins with an empty one. Functions of a
 * Deferred run in the context of whoever fires it or, if it has been fired, adds them.
 * <p>
 * What is left for the user are threads and queues of their own: {@link #capture()} here,
 * {@link #run} there.
 */
public final class CallContext {

	/** No entry and no value. */
	public static final CallContext EMPTY = new CallContext(LogEntries.NONE, null);

	private final LogEntries mdc;

	private final @Nullable ThreadLocalValues threadLocals;

	private CallContext(LogEntries mdc, @Nullable ThreadLocalValues threadLocals) {
		this.mdc = mdc;
		this.threadLocals = threadLocals;
	}

	/**
	 * The context of the calling thread, which keeps it.
	 * @return the context, {@link #EMPTY} if there is nothing in it
	 */
	public static CallContext capture() {
		return of(LogEntries.capture(), ContextPropagation.PRESENT ? ThreadLocalValues.capture() : null);
	}

	private static CallContext of(LogEntries mdc, @Nullable ThreadLocalValues values) {
		return (mdc == LogEntries.NONE && values == null) ? EMPTY : new CallContext(mdc, values);
	}

	/**
	 * This context with one more entry of the MDC.
	 * @param key the key
	 * @param value the value
	 * @return a context in which that value is the key's only one
	 */
	public CallContext with(String key, String value) {
		return new CallContext(this.mdc.with(key, value), this.threadLocals);
	}

	/**
	 * Do something in this context. The calling thread gets its own back after that.
	 * @param action what to do
	 * @throws Exception what the action throws
	 */
	public void run(Action action) throws Exception {
		call(() -> {
			action.run();
			return Boolean.TRUE;
		});
	}

	/**
	 * Call something in this context. The calling thread gets its own back after that.
	 * @param <T> the result
	 * @param call what to call
	 * @return the result
	 * @throws Exception what the call throws
	 */
	public <T extends @Nullable Object> T call(Callable<T> call) throws Exception {
		CallContext own = EMPTY.leave();
		enter();
		try {
			return call.call();
		}
		finally {
			leave();
			own.enter();
		}
	}

	/**
	 * Begin to run in this context; {@link #leave()} must follow. Called by the reactor
	 * and by what stands in for it; the calling thread must have no context.
	 */
	public void enter() {
		if (this == EMPTY) {
			return;
		}
		if (this.threadLocals != null) {
			this.threadLocals.install();
		}
		if (this.mdc != LogEntries.NONE) {
			// Last, since a thread local such as an observation may have entries as well.
			this.mdc.install();
		}
	}

	/**
	 * Cease to run in this context: the calling thread has none after this. Called by the
	 * reactor and by what stands in for it, after {@link #enter()}.
	 * @return the context as it is now; this one, if nothing has changed
	 */
	public CallContext leave() {
		LogEntries left = this.mdc.take();
		ThreadLocalValues values = ContextPropagation.PRESENT ? ThreadLocalValues.take() : null;
		if (left != this.mdc || values != null) {
			MDC.clear();
		}
		boolean sameValues = (values != null) ? values.isSame(this.threadLocals) : this.threadLocals == null;
		return (left == this.mdc && sameValues) ? this : of(left, values);
	}

	@Override
	public String toString() {
		return "CallContext[mdc=%s, threadLocals=%s]".formatted(this.mdc,
				(this.threadLocals != null) ? this.threadLocals : "[]");
	}

}
