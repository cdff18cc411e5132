package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * Something to do with a value, which is passed on unchanged.
 *
 * @param <T> the value
 */
@FunctionalInterface
public interface Effect<T extends @Nullable Object> {

	/**
	 * Do it.
	 * @param value the value
	 * @throws Exception to go on with this exception in place of the value
	 */
	void run(T value) throws Exception;

}
