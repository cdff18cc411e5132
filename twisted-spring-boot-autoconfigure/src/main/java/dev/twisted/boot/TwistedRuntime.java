package dev.twisted.boot;

import java.util.List;

import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;

/**
 * What of the library runs in an application context just now. May be used from any
 * thread.
 */
public interface TwistedRuntime {

	/**
	 * Where in its life the context's reactor is.
	 * @return the state
	 */
	State state();

	/**
	 * The reactor of this context.
	 * @return the reactor, {@code null} if nothing has needed one so far
	 */
	@Nullable Reactor reactor();

	/**
	 * The servers that have been opened, in the order of their configuration; none before
	 * the start and after the stop.
	 * @return a snapshot
	 */
	List<TwistedServer> servers();

	/**
	 * A part of a reactor's life in an application context.
	 */
	enum State {

		/** Not started, or stopped. */
		STOPPED,

		/** Started; all servers listen. */
		RUNNING,

		/** Being stopped: no new connections, those there are finish. */
		DRAINING

	}

}
