package dev.twisted.spread.pb;

import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A call that is to be sent.
 *
 * @param target what is called: the peer's number of one of its objects, or the root's
 * name, or an object of ours that the peer has a cache of
 * @param perspective on whose behalf
 * @param name the method
 * @param arguments by position
 * @param keywords by name
 * @param answerRequired whether anybody waits
 */
record OutgoingCall(Object target, @Nullable Avatar perspective, String name,
		List<? extends @Nullable Object> arguments, Map<String, ? extends @Nullable Object> keywords,
		boolean answerRequired) {

	static OutgoingCall ofCache(Cacheable cached, @Nullable Avatar perspective, String name,
			List<? extends @Nullable Object> arguments) {
		return new OutgoingCall(cached, perspective, name, arguments, Map.of(), true);
	}

}
