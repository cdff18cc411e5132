package dev.twisted.task;

import dev.twisted.defer.CallContext;

/**
 * The context of something that runs again and again: it begins with that of whoever
 * starts it, and each run finds what the one before it has left, whoever brought the run
 * about.
 */
final class OwnContext {

	private CallContext context = CallContext.capture();

	void run(Runnable action) {
		CallContext callers = CallContext.EMPTY.leave();
		this.context.enter();
		try {
			action.run();
		}
		finally {
			this.context = this.context.leave();
			callers.enter();
		}
	}

}
