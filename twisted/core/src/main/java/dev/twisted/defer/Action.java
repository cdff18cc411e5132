package dev.twisted.defer;

/**
 * Something to do that has no result and may fail.
 */
@FunctionalInterface
public interface Action {

	/**
	 * Do it.
	 * @throws Exception if it could not be done
	 */
	void run() throws Exception;

}
