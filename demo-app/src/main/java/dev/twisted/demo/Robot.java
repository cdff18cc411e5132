package dev.twisted.demo;

import dev.twisted.defer.Deferred;

/**
 * Somebody who has an answer to everything, but may be out of reach.
 */
interface Robot {

	/**
	 * Ask it something.
	 * @param text the question
	 * @return fires with the answer, fails if the robot cannot be asked
	 */
	Deferred<String> ask(String text);

}
