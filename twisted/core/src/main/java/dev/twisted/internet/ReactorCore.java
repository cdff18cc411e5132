package dev.twisted.internet;

import java.util.concurrent.Callable;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * The life of a reactor. Follows Twisted's {@code IReactorCore}. Unlike Twisted's, a
 * stopped reactor can be started again.
 */
public interface ReactorCore {

	/**
	 * Start the reactor and wait until it has stopped. {@code SIGINT} and {@code SIGTERM}
	 * stop it.
	 * @throws ReactorAlreadyRunningException if it runs already
	 */
	void run();

	/**
	 * Start the reactor and return at once; for those who have a main thread of their
	 * own, as an application context has.
	 * @throws ReactorAlreadyRunningException if it runs already
	 */
	void start();

	/**
	 * Stop the reactor: stop listening, run the {@code before shutdown} triggers and wait
	 * for the Deferreds they return, let every connection send what it owes and close it,
	 * abort what is left after the shutdown timeout, run the {@code during} triggers,
	 * wait for the calls of the thread pool as long as there is time, run the
	 * {@code after} triggers, and end the threads. Returns at once; may be called from
	 * any thread.
	 * @return fires when all that is done; on a thread that is not the reactor's, which
	 * has ended by then
	 * @throws ReactorNotRunningException if it does not run, or is stopping already
	 */
	Deferred<@Nullable Void> stop();

	/**
	 * Whether the reactor runs. May be called from any thread.
	 * @return true from the startup event until the shutdown event is over
	 */
	boolean running();

	/**
	 * Whether the caller is on a thread of this reactor.
	 * @return true inside its callbacks
	 */
	boolean inReactorThread();

	/**
	 * Run an action when the reactor runs: now if it does and the caller is on its
	 * thread, in its next turn if the caller is elsewhere, or else after the startup
	 * event.
	 * @param call what to run
	 */
	void callWhenRunning(Action call);

	/**
	 * Have something run at a point in the reactor's life. May be called from any thread.
	 * @param phase in which part of the event; a Deferred returned by a {@code BEFORE}
	 * trigger holds the event up until it fires, whatever its result
	 * @param eventType which event
	 * @param call what to run; what it throws is logged and counted
	 * @return what to give to {@link #removeSystemEventTrigger}
	 */
	SystemEventTrigger addSystemEventTrigger(Phase phase, SystemEvent eventType,
			Callable<? extends @Nullable Object> call);

	/**
	 * Have something run at a point in the reactor's life.
	 * @param phase in which part of the event
	 * @param eventType which event
	 * @param call what to run; what it throws is logged and counted
	 * @return what to give to {@link #removeSystemEventTrigger}
	 */
	default SystemEventTrigger addSystemEventTrigger(Phase phase, SystemEvent eventType, Action call) {
		return addSystemEventTrigger(phase, eventType, () -> {
			call.run();
			return null;
		});
	}

	/**
	 * Take a trigger back.
	 * @param trigger what {@link #addSystemEventTrigger} returned
	 * @throws IllegalArgumentException if it has been removed before
	 */
	void removeSystemEventTrigger(SystemEventTrigger trigger);

	/**
	 * Run the triggers of an event. Belongs to the reactor's thread.
	 * @param eventType which event
	 */
	void fireSystemEvent(SystemEvent eventType);

	/**
	 * A point in the reactor's life.
	 */
	enum SystemEvent {

		/** The reactor has begun to run. */
		STARTUP,

		/** The reactor is about to end. */
		SHUTDOWN,

		/** The application wants its state kept. */
		PERSIST

	}

	/**
	 * The parts of a system event, in their order.
	 */
	enum Phase {

		/** Before the event; may hold it up with a Deferred. */
		BEFORE,

		/** The event itself. */
		DURING,

		/** After the event. */
		AFTER

	}

	/**
	 * The receipt for a system event trigger.
	 */
	interface SystemEventTrigger {

	}

}
