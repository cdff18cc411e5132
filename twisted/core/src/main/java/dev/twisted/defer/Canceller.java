package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * Stops the work that a {@link Deferred} stands for.
 *
 * @param <T> the result of the Deferred
 */
@FunctionalInterface
public interface Canceller<T extends @Nullable Object> {

	/**
	 * Stop the work. It may fire the Deferred itself, with any result or failure; if it
	 * does not, the Deferred fails with a {@link CancelledException}.
	 * @param deferred the Deferred that was cancelled
	 * @throws Exception if the work could not be stopped: the Deferred then stays as it
	 * is, and whoever called {@code cancel()} gets the exception
	 */
	void cancel(Deferred<T> deferred) throws Exception;

}
