package dev.twisted.spread.pb;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What a peer may say.
 */
enum Command {

	VERSION(Words.VERSION, 2, Broker::versionReceived),

	MESSAGE(Words.MESSAGE, 7, (broker, message) -> broker.callReceived(message, false)),

	CACHEMESSAGE(Words.CACHEMESSAGE, 7, (broker, message) -> broker.callReceived(message, true)),

	ANSWER(Words.ANSWER, 3, Broker::answerReceived),

	ERROR(Words.ERROR, 3, Broker::errorReceived),

	DECREF(Words.DECREF, 2, (broker, message) -> broker.references().decref(message)),

	DECACHE(Words.DECACHE, 2, (broker, message) -> broker.references().decache(message)),

	UNCACHE(Words.UNCACHE, 2, (broker, message) -> broker.references().uncache(message)),

	DID_NOT_UNDERSTAND(Words.DID_NOT_UNDERSTAND, 2, Broker::didNotUnderstandReceived);

	private static final Map<Bytes, Command> BY_NAME = new HashMap<>();

	static {
		for (Command command : values()) {
			BY_NAME.put(command.word, command);
		}
	}

	// Never changed.
	@SuppressWarnings("ImmutableEnumChecker")
	private final Bytes word;

	/** How many elements the message has, with the command itself. */
	private final int length;

	@SuppressWarnings("ImmutableEnumChecker")
	private final Reaction action;

	Command(Bytes word, int length, Reaction action) {
		this.word = word;
		this.length = length;
		this.action = action;
	}

	/** The command of that name, {@code null} if there is none. */
	static @Nullable Command of(Object name) {
		return (name instanceof Bytes) ? BY_NAME.get(name) : null;
	}

	/** Do what the message says. */
	void run(Broker broker, List<?> message) throws ProtocolException, BananaException {
		if (message.size() != this.length) {
			throw new ProtocolException("%s has %d elements, not %d".formatted(this.word, this.length, message.size()));
		}
		this.action.run(broker, message);
	}

	/** What is done about a message. */
	@FunctionalInterface
	private interface Reaction {

		void run(Broker broker, List<?> message) throws ProtocolException, BananaException;

	}

}
