package dev.twisted.spread.pb;

import java.util.List;

import org.slf4j.Logger;

/**
 * Logs what messages are: the command, its numbers and the name of the method, but none
 * of what they carry, as nobody knows what is secret in that.
 */
final class MessageLog {

	/** Of a call: the command, its number, the object, the method. */
	private static final int SHOWN = 4;

	private final Logger logger;

	private final int limit;

	MessageLog(Logger logger, int limit) {
		this.logger = logger;
		this.limit = limit;
	}

	void received(Object expression) {
		this.logger.debug("received {}", describe(expression));
	}

	void sent(Object expression) {
		this.logger.debug("sent {}", describe(expression));
	}

	private String describe(Object expression) {
		StringBuilder text = new StringBuilder();
		if (expression instanceof List<?> message) {
			message.stream()
				.limit(SHOWN)
				.map((element) -> (element instanceof List) ? "..." : String.valueOf(element))
				.forEach((element) -> text.append(text.isEmpty() ? "" : " ").append(element));
		}
		else {
			text.append(expression);
		}
		return (text.length() > this.limit) ? text.substring(0, this.limit) + "..." : text.toString();
	}

}
