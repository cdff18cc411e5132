package dev.twisted.internet;

/**
 * The event loop that everything runs on. With one loop, which is the default, callbacks
 * never run in parallel; nothing thrown in one ends it, and one that holds it up is
 * reported.
 * <p>
 * With more than one event loop each connection, timer and callback stays on the loop it
 * was born on: a protocol still never runs on two threads, a factory may.
 * <p>
 * Get one from {@link Reactors#reactor()} in a plain program, or by injection in a Spring
 * application.
 */
public interface Reactor extends AutoCloseable, ReactorCore, ReactorTime, ReactorThreads, ReactorTCP, ReactorSSL,
		ReactorUNIX, ReactorUDP {

	/**
	 * What the reactor has counted since it was made. May be called from any thread.
	 * @return a snapshot
	 */
	ReactorStatistics statistics();

	/**
	 * Let go of everything: stop the reactor if it runs, and close what was opened if it
	 * does not. Waits for that, though not much longer than the shutdown timeout; on the
	 * reactor's own thread it only begins to stop. May be called from any thread, and
	 * more than once; the reactor can be started again.
	 */
	@Override
	void close();

}
