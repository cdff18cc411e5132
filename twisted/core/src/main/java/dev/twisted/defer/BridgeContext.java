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

	private static final boolean THREAD_LOCALS = isPresent("io.micrometer.context.ContextSnapshotFactory");

	private static final BridgeContext NOTHING = new BridgeContext(Context.empty(), null);

	private final Context context;

	private final @Nullable ThreadLocals threadLocals;

	private BridgeContext(Context context, @Nullable ThreadLocals threadLocals) {
		this.context = context;
		this.threadLocals = threadLocals;
	}

	/** What surrounds the caller. */
	static BridgeContext here() {
		Context current = CURRENT.get();
		if (THREAD_LOCALS) {
			ThreadLocals captured = ThreadLocals.capture(Context.empty());
			return new BridgeContext(captured.writtenTo((current != null) ? current : Context.empty()), captured);
		}
		return (current != null) ? new BridgeContext(current, null) : NOTHING;
	}

	/** What surrounds a subscriber: its Context, and what the thread has beside that. */
	static BridgeContext of(ContextView subscriber) {
		if (THREAD_LOCALS) {
			return new BridgeContext(Context.of(subscriber), ThreadLocals.capture(subscriber));
		}
		return subscriber.isEmpty() ? NOTHING : new BridgeContext(Context.of(subscriber), null);
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
			if (this.threadLocals != null) {
				this.threadLocals.run(action);
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
		else {
			CURRENT.remove();
		}
	}

	private static boolean isPresent(String className) {
		try {
			Class.forName(className, false, BridgeContext.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

}
