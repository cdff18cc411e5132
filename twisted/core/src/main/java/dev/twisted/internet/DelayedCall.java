package dev.twisted.internet;

import java.time.Duration;

import dev.twisted.defer.CallLater;

/**
 * A call that a reactor or a clock is going to make. Follows Twisted's
 * {@code IDelayedCall}. {@link #cancel()} and {@link #active()} may be used from any
 * thread; {@link #delay} and {@link #reset} belong to the thread that the call will run
 * on.
 */
public interface DelayedCall extends CallLater.Cancellable {

	/**
	 * When the call is due.
	 * @return the moment, on the line of {@link ReactorTime#seconds()}
	 */
	Duration getTime();

	/**
	 * Call it off.
	 * @throws dev.twisted.defer.AlreadyCalledException if it has been made
	 * @throws AlreadyCancelledException if it has been called off before
	 */
	@Override
	void cancel();

	/**
	 * Move the call by some time from when it is due now.
	 * @param secondsLater by how much; negative for earlier
	 * @throws dev.twisted.defer.AlreadyCalledException if it has been made
	 * @throws AlreadyCancelledException if it has been called off
	 * @throws NotInReactorThreadException if used on another thread
	 */
	void delay(Duration secondsLater);

	/**
	 * Move the call to some time from now.
	 * @param secondsFromNow how long to wait from now on
	 * @throws dev.twisted.defer.AlreadyCalledException if it has been made
	 * @throws AlreadyCancelledException if it has been called off
	 * @throws NotInReactorThreadException if used on another thread
	 */
	void reset(Duration secondsFromNow);

	/**
	 * Whether the call is still to come.
	 * @return false once made or called off
	 */
	boolean active();

}
