package dev.twisted.defer;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * What surrounds code at one end of a bridge to Reactor or to a future: the Reactor
 * Context that it belongs to and, where Micrometer's context propagation is on the class
 * path, the thread locals that are registered with it. Taken once, where the bridge
 * begins, and put in place once, where the result leaves it. Immutable.
 */
final class BridgeContext {

	private static final ThreadLocal<Context> CURRENT = new ThreadLocal<>();

	private static final BridgeContext NOTHING = new BridgeContext(Context.empty(), null);

	private final Context context;

	private final @Nullable ThreadLocalValues threadLocals;

	private BridgeContext(Context context, @Nullable ThreadLocalValues threadLocals) {
		this.context = context;
		this.threadLocals = threadLocals;
	}

	/** What surrounds the caller. */
	static BridgeContext here() {
		ThreadLocalValues values = ContextPropagation.PRESENT ? ThreadLocalValues.capture() : null;
		Context current = CURRENT.get();
		Context context = (current != null) ? current : Context.empty();
		return of((values != null) ? values.writtenTo(context) : context, values);
	}

	/** What surrounds a subscriber: its Context, and what the thread has beside that. */
	static BridgeContext of(ContextView subscriber) {
		return of(Context.of(subscriber), ContextPropagation.PRESENT ? ThreadLocalValues.capture(subscriber) : null);
	}

	private static BridgeContext of(Context context, @Nullable ThreadLocalValues values) {
		return (context.isEmpty() && values == null) ? NOTHING : new BridgeContext(context, values);
	}

	/** The Context to subscribe with. */
	Context context() {
		return this.context;
	}

	/** Do something with these surroundings; the thread gets its own back after that. */
	void run(Runnable action) {
		Context before = CURRENT.get();
		enter(this.context.isEmpty() ? null : this.context);
		try {
			if (ContextPropagation.PRESENT) {
				ThreadLocalValues.run(this.threadLocals, action);
			}
			else {
				action.run();
			}
		}
		finally {
			enter(before);
		}
	}

	/**
	 * Call something with these surroundings; the thread gets its own back after that.
	 */
	<T extends @Nullable Object> Deferred<T> call(Callable<?> call) {
		Deferred<?>[] returned = new Deferred<?>[1];
		run(() -> returned[0] = Deferred.maybeDeferred(call));
		@SuppressWarnings("unchecked")
		Deferred<T> deferred = (Deferred<T>) returned[0];
		return deferred;
	}

	/** The Context that surrounds the caller, {@code null} for none. */
	static @Nullable Context current() {
		return CURRENT.get();
	}

	/** Have a Context, or none, surround the calling thread from now on. */
	static void enter(@Nullable Context context) {
		if (context != null) {
			CURRENT.set(context);
		}
		else if (CURRENT.get() != null) {
			// Mostly there is none, and to remove it makes the next look for it dear.
			CURRENT.remove();
		}
	}

}
