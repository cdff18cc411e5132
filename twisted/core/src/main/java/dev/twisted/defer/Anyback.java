package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * What happens to whatever comes down a {@link Deferred}, good or bad.
 *
 * @param <T> the result that comes in
 * @param <R> the result that goes on
 */
@FunctionalInterface
public interface Anyback<T extends @Nullable Object, R extends @Nullable Object> {

	/**
	 * Take whatever there is and make the next result.
	 * @param result the result so far, {@code null} when there is a failure
	 * @param failure the failure so far, {@code null} when there is a result
	 * @return the next result, with the rules of {@link Callback#call}
	 * @throws Exception to go on with this exception
	 */
	R call(@Nullable T result, @Nullable Failure failure) throws Exception;

}
