package dev.twisted.protocols;

import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The state of a protocol of strings, or of lines, in which each string is for another
 * handler. Each handler says who takes the next one:
 *
 * <pre class="code">
 * class Login extends NetstringReceiver {
 *
 *     private final StatefulStringProtocol state = new StatefulStringProtocol(this, this::name);
 *
 *     &#64;Override
 *     protected void stringReceived(byte[] string) throws Exception {
 *         this.state.stringReceived(string);
 *     }
 *
 *     private StatefulStringProtocol.State name(byte[] name) {
 *         sendString("Hello, and your password?");
 *         return this::password;
 *     }
 *
 *     private StatefulStringProtocol.State password(byte[] password) {
 *         sendString("Goodbye");
 *         return StatefulStringProtocol.DONE;
 *     }
 *
 * }
 * </pre>
 *
 * Follows Twisted's {@code StatefulStringProtocol}, which finds its handlers by name:
 * here a handler is its own name, and one that does not exist does not compile.
 */
public final class StatefulStringProtocol {

	/** The state after the last: closes the connection. */
	public static final State DONE = (string) -> StatefulStringProtocol.DONE;

	private final Protocol protocol;

	private State state;

	/**
	 * Begin.
	 * @param protocol whose state this is
	 * @param initial takes the first string
	 */
	public StatefulStringProtocol(Protocol protocol, State initial) {
		this.protocol = protocol;
		this.state = initial;
	}

	/**
	 * Who takes the next string.
	 * @return the handler
	 */
	public State state() {
		return this.state;
	}

	/**
	 * Have the string dealt with, and go on to the next state. Strings that come after
	 * the last state are dropped.
	 * @param string the string
	 * @throws Exception what the handler threw
	 * @throws IllegalStateException if the handler has not said what comes next
	 */
	public void stringReceived(byte[] string) throws Exception {
		@Nullable State next = this.state.stringReceived(string);
		if (next == null) {
			throw new IllegalStateException(
					"A handler of %s has not said who takes the next string".formatted(this.protocol.logPrefix()));
		}
		this.state = next;
		if (next == DONE) {
			this.protocol.transport().loseConnection();
		}
	}

	/**
	 * A handler of strings.
	 */
	@FunctionalInterface
	public interface State {

		/**
		 * Deal with a string.
		 * @param string the string
		 * @return who takes the next one, {@link StatefulStringProtocol#DONE} for nobody
		 * @throws Exception to close the connection with that reason
		 */
		State stringReceived(byte[] string) throws Exception;

	}

}
