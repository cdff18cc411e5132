package dev.twisted.defer;

import java.time.Duration;

/**
 * All that a {@link Deferred} has to know of time: something that calls later. A reactor
 * and a virtual clock are both one.
 */
@FunctionalInterface
public interface CallLater {

	/**
	 * Run an action once, later.
	 * @param delay how long to wait
	 * @param call what to run
	 * @return a handle to call it off
	 */
	Cancellable callLater(Duration delay, Action call);

	/**
	 * A call that has not been made yet.
	 */
	@FunctionalInterface
	interface Cancellable {

		/**
		 * Call it off.
		 */
		void cancel();

	}

}
