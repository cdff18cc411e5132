package dev.twisted.defer;

import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/**
 * The values of the thread locals that are registered with Micrometer. Loaded only where
 * that is on the class path. Immutable.
 */
final class ThreadLocals {

	private static final Logger logger = LoggerFactory.getLogger(Deferred.class);

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

	/** Do something with these values, and without any if they cannot be set. */
	void run(Runnable action) {
		try (ContextSnapshot.Scope scope = set()) {
			action.run();
		}
	}

	private ContextSnapshot.Scope set() {
		try {
			return this.snapshot.setThreadLocals();
		}
		catch (RuntimeException ex) {
			logger.warn("Thread locals could not be set to what they were", ex);
			return () -> {
			};
		}
	}

}
