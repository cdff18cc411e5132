package dev.twisted.spread.pb;

import java.util.List;
import java.util.Map;

import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Unjellier;
import org.jspecify.annotations.Nullable;

/**
 * A call that a peer makes. On the connection's loop only.
 */
public final class RemoteCall {

	private final Broker broker;

	private final Object id;

	private final String message;

	private final Object netArguments;

	private final Object netKeywords;

	private final boolean answerRequired;

	private final Loan loan = new Loan();

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
	 * The arguments by position. Ask once.
	 * @return the arguments
	 * @throws JellyException if they cannot be read
	 */
	public List<@Nullable Object> arguments() throws JellyException {
		Object arguments = this.broker.references().unserialize(this.netArguments, this.perspective, this.loan);
		if (arguments instanceof List<?> list) {
			@SuppressWarnings("unchecked")
			List<@Nullable Object> values = (List<@Nullable Object>) list;
			return values;
		}
		throw new JellyException("The arguments are no tuple");
	}

	/**
	 * The arguments by name. Ask once.
	 * @return the arguments
	 * @throws JellyException if they cannot be read
	 */
	public Map<String, @Nullable Object> keywords() throws JellyException {
		if (this.netKeywords instanceof List<?> list && list.size() == 1) {
			return Map.of();
		}
		Object keywords = this.broker.references().unserialize(this.netKeywords, this.perspective, this.loan);
		if (keywords instanceof Map<?, ?> map) {
			return Unjellier.named(map);
		}
		throw new JellyException("The arguments by name are no dictionary");
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

	/** What came with the call and goes with it. */
	Loan loan() {
		return this.loan;
	}

}
