package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a failure on its way down a {@link Deferred}.
 *
 * @param <R> the result that goes on when the failure has been dealt with
 */
@FunctionalInterface
public interface Errback<R extends @Nullable Object> {

	/**
	 * Deal with a failure.
	 * @param failure the failure so far
	 * @return the result to go on with, which turns back to the good side; a
	 * {@link Deferred} is waited for, a {@link Failure} stays on the error side
	 * @throws Exception to stay on the error side, with this exception
	 */
	R call(Failure failure) throws Exception;

}
