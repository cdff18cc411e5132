package dev.twisted.demo.client;

import java.util.List;

import dev.twisted.defer.Deferred;

/**
 * A way to ask a server something, once at a time. Belongs to the reactor's thread.
 */
interface Conversation {

	/** How many bytes an answer may have: more than the longest question. */
	int LONGEST_ANSWER = 1024 * 1024;

	/**
	 * What was answered before anything is asked.
	 * @return the answers, none unless overridden
	 */
	default List<byte[]> greeting() {
		return List.of();
	}

	/**
	 * Ask one question.
	 * @param question a line, without its end
	 * @return fires with the answer, fails if there will be none
	 */
	Deferred<byte[]> ask(byte[] question);

	/**
	 * Nothing more will be asked.
	 */
	void close();

}
