package dev.twisted.spread.pb;

import java.util.List;
import java.util.Map;

import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Unjellier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A call that a peer makes. On the connection's loop only.
 */
public final class RemoteCall {

	private static final Logger logger = LoggerFactory.getLogger(Broker.class);

	/** In place of what has been read. */
	private static final List<Object> UNREADABLE = List.of();

	private final Broker broker;

	private final Object id;

	private final String message;

	private final boolean answerRequired;

	private final Loan loan = new Loan();

	/** As they came; not kept once they have been read. */
	private Object netArguments;

	private Object netKeywords;

	private @Nullable List<@Nullable Object> arguments;

	private @Nullable Map<String, @Nullable Object> keywords;

	private @Nullable Avatar perspective;

	RemoteCall(Broker broker, Object id, String message, Object netArguments, Object netKeywords,
			boolean answerRequired) {
		this.broker = broker;
		this.id = id;
		this.message = message;
		this.netArguments = netArguments;
		this.netKeywords = netKeywords;
		this.answerRequired = answerRequired;
	}

	/**
	 * The connection of the peer.
	 * @return the broker
	 */
	public Broker broker() {
		return this.broker;
	}

	/**
	 * What is called.
	 * @return the name of the method, without any prefix
	 */
	public String message() {
		return this.message;
	}

	/**
	 * Say on whose behalf the answer is given, before the arguments are asked for.
	 * @param perspective who it is, {@code null} for nobody in particular
	 */
	public void setPerspective(@Nullable Avatar perspective) {
		this.perspective = perspective;
	}

	/**
	 * The arguments by position.
	 * @return the arguments, the same each time
	 * @throws JellyException if they cannot be read
	 */
	public List<@Nullable Object> arguments() throws JellyException {
		List<@Nullable Object> read = this.arguments;
		if (read == null) {
			Object jelly = this.netArguments;
			this.netArguments = UNREADABLE;
			if (!(unserialize(jelly) instanceof List<?> list)) {
				throw new JellyException("The arguments are no tuple");
			}
			read = values(list);
			this.arguments = read;
		}
		return read;
	}

	@SuppressWarnings("unchecked")
	private static List<@Nullable Object> values(List<?> list) {
		return (List<@Nullable Object>) list;
	}

	/**
	 * The arguments by name.
	 * @return the arguments, the same each time
	 * @throws JellyException if they cannot be read
	 */
	public Map<String, @Nullable Object> keywords() throws JellyException {
		Map<String, @Nullable Object> read = this.keywords;
		if (read == null) {
			Object jelly = this.netKeywords;
			if (jelly instanceof List<?> list && list.size() == 1) {
				return Map.of();
			}
			this.netKeywords = UNREADABLE;
			if (!(unserialize(jelly) instanceof Map<?, ?> map)) {
				throw new JellyException("The arguments by name are no dictionary");
			}
			read = Unjellier.named(map);
			this.keywords = read;
		}
		return read;
	}

	private @Nullable Object unserialize(Object jelly) throws JellyException {
		return this.broker.references().unserialize(jelly, this.perspective, this.loan);
	}

	/**
	 * Give back what came with the call, also if nobody has looked at it: the peer counts
	 * what it has sent.
	 */
	void giveBack() {
		try {
			arguments();
		}
		catch (JellyException | RuntimeException | StackOverflowError ex) {
			logger.debug("The arguments of {} cannot be read", this.message, ex);
		}
		try {
			keywords();
		}
		catch (JellyException | RuntimeException | StackOverflowError ex) {
			logger.debug("The arguments by name of {} cannot be read", this.message, ex);
		}
		this.loan.giveBack();
	}

	Object id() {
		return this.id;
	}

	boolean answerRequired() {
		return this.answerRequired;
	}

	@Nullable Avatar perspective() {
		return this.perspective;
	}

}
