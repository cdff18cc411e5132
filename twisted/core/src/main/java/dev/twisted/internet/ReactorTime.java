package dev.twisted.internet;

import java.time.Duration;
import java.util.List;

import dev.twisted.defer.Action;
import dev.twisted.defer.CallLater;

/**
 * Time as a reactor or a virtual clock knows it. Follows Twisted's {@code IReactorTime}.
 */
public interface ReactorTime extends CallLater {

	/**
	 * The present moment.
	 * @return the time since the epoch, on a line that never runs backwards
	 */
	Duration seconds();

	/**
	 * Run an action once, later. Calls run in the order in which they fall due, those due
	 * together in the order in which they were made. A call made by a timed call with a
	 * delay of zero runs in the next turn of the loop, after its input and output. On a
	 * reactor that does not run, or no longer, a call waits until it is started; if that
	 * never happens, neither does the call.
	 * @param delay how long to wait; zero for the next turn
	 * @param call what to run; what it throws is logged and counted
	 * @return the pending call
	 * @throws IllegalArgumentException if the delay is negative
	 */
	@Override
	DelayedCall callLater(Duration delay, Action call);

	/**
	 * The calls that are still to be made. May be called from any thread.
	 * @return a snapshot, in no particular order
	 */
	List<DelayedCall> getDelayedCalls();

}
