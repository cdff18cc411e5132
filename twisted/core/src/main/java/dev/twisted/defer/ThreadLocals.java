package dev.twisted.defer;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The values of the thread locals that are registered with Micrometer. Loaded only where
 * that is on the class path. Immutable.
 */
final class ThreadLocals {

	/** What another has in its thread locals is not for those who had nothing. */
	private static final ContextSnapshotFactory FACTORY = ContextSnapshotFactory.builder().clearMissing(true).build();

	private final ContextSnapshot snapshot;

	private ThreadLocals(ContextSnapshot snapshot) {
		this.snapshot = snapshot;
	}

	/** What the thread has, and a Context, which takes precedence. */
	static ThreadLocals capture(ContextView context) {
		return new ThreadLocals(context.isEmpty() ? FACTORY.captureAll() : FACTORY.captureAll(context));
	}

	/** A Context with these values added. */
	Context writtenTo(Context context) {
		return this.snapshot.updateContext(context);
	}

	void run(Runnable action) {
		try (ContextSnapshot.Scope scope = this.snapshot.setThreadLocals()) {
			action.run();
		}
	}

}
