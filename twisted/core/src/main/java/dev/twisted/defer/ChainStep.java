package dev.twisted.defer;

import java.lang.StackWalker.StackFrame;

import org.jspecify.annotations.Nullable;

/**
 * What is remembered of one function of a chain while debugging: what it was, where it
 * was added, and what became of it.
 */
final class ChainStep {

	private static final StackWalker STACK = StackWalker.getInstance();

	private final long number;

	private final String function;

	private final @Nullable StackTraceElement addedAt;

	private volatile String outcome = "not reached";

	ChainStep(long number, Object entry) {
		this.number = number;
		this.function = (entry instanceof Link link) ? link.describe() : "callback " + nameOf(entry);
		this.addedAt = caller();
	}

	/** The first place that is not this package's. */
	private static @Nullable StackTraceElement caller() {
		return STACK.walk((frames) -> frames.filter((frame) -> !StackText.isOurs(frame.getClassName()))
			.findFirst()
			.map(StackFrame::toStackTraceElement)
			.orElse(null));
	}

	static String nameOf(Object function) {
		return function.getClass().getName().replaceFirst("/0x[0-9a-f]+$", "");
	}

	void passedBy() {
		this.outcome = "passed by";
	}

	void threw(Throwable thrown) {
		this.outcome = "threw " + thrown.getClass().getName();
	}

	void returned(@Nullable Object result) {
		if (result instanceof Chain inner) {
			DebugInfo info = inner.debugInfo();
			this.outcome = "waited for a Deferred"
					+ ((info != null) ? " that was created " + StackText.place(info.created()) : "");
		}
		else if (result instanceof Failure failure) {
			this.outcome = "returned a failure: " + failure.value().getClass().getName();
		}
		else {
			this.outcome = "returned " + ((result != null) ? result.getClass().getName() : "null");
		}
	}

	@Override
	public String toString() {
		return "%d. %s, added %s: %s".formatted(this.number, this.function,
				(this.addedAt != null) ? "at " + this.addedAt : "somewhere", this.outcome);
	}

}
