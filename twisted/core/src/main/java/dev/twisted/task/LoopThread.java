package dev.twisted.task;

import dev.twisted.defer.Action;
import dev.twisted.defer.CallLater;
import dev.twisted.internet.NotInReactorThreadException;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;

/**
 * The thread that work scheduled by a reactor belongs to. A clock has none of its own, so
 * there everything is allowed.
 */
final class LoopThread {

	private final @Nullable Reactor reactor;

	LoopThread(CallLater scheduler) {
		this.reactor = (scheduler instanceof Reactor found) ? found : null;
	}

	/**
	 * Refuse callers on other threads. Before the reactor runs any thread will do, as
	 * nothing can run beside it.
	 */
	void check(String operation) {
		if (elsewhere(this.reactor)) {
			throw new NotInReactorThreadException(
					operation + " belongs to the reactor's thread: use reactor.callFromThread(...)");
		}
	}

	/**
	 * Run an action here if this is the right thread, else over there.
	 */
	void execute(Action action) throws Exception {
		Reactor target = this.reactor;
		if (target != null && elsewhere(target)) {
			target.callFromThread(action);
		}
		else {
			action.run();
		}
	}

	private static boolean elsewhere(@Nullable Reactor reactor) {
		return reactor != null && reactor.running() && !reactor.inReactorThread();
	}

}
