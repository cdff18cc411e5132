package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * What happens to a good result on its way down a {@link Deferred}.
 *
 * @param <T> the result that comes in
 * @param <R> the result that goes on
 */
@FunctionalInterface
public interface Callback<T extends @Nullable Object, R extends @Nullable Object> {

	/**
	 * Take one result and make the next.
	 * @param result the result so far
	 * @return the next result; a {@link Deferred} is waited for, a {@link Failure} turns
	 * to the error side
	 * @throws Exception to turn to the error side
	 */
	R call(T result) throws Exception;

}
