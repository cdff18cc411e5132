package dev.twisted.task;

import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;

import dev.twisted.defer.Action;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.ReactorTime;

/**
 * Virtual time: it stands still until told to move, and timed calls run when it moves
 * over them. Follows Twisted's {@code task.Clock} and is meant for tests: hand it to what
 * wants a {@link ReactorTime} and nothing has to sleep.
 * <p>
 * A clock and everything that runs on it belong to one thread.
 */
public final class Clock implements ReactorTime {

	private final TreeSet<ClockCall> calls = new TreeSet<>();

	private Duration now = Duration.ZERO;

	private long callsMade;

	/**
	 * The present moment of this clock.
	 * @return the sum of all advances; zero at first
	 */
	@Override
	public Duration seconds() {
		return this.now;
	}

	/**
	 * Run an action once, when the clock has moved on by some time. Calls due together
	 * run in the order in which they were made.
	 * @param delay how long to wait; zero for the next {@link #advance}, or still in this
	 * one when called from inside a timed call
	 * @param call what to run; what it throws leaves {@link #advance}
	 * @return the pending call
	 * @throws IllegalArgumentException if the delay is negative, as on a reactor
	 */
	@Override
	public DelayedCall callLater(Duration delay, Action call) {
		Objects.requireNonNull(call, "The call must not be null");
		if (delay.isNegative()) {
			throw new IllegalArgumentException("The delay must not be negative: " + delay);
		}
		ClockCall delayedCall = new ClockCall(this, this.now.plus(delay), this.callsMade++, call);
		this.calls.add(delayedCall);
		return delayedCall;
	}

	/**
	 * The calls that are still to be made.
	 * @return a snapshot, in the order in which they will run
	 */
	@Override
	public List<DelayedCall> getDelayedCalls() {
		return List.copyOf(this.calls);
	}

	/**
	 * Move on, then run every call that is due, in the order in which they are due,
	 * including those that these calls add. All of them see the end of the move as the
	 * present moment. What a call throws leaves this method at once; the calls that had
	 * not run yet do so in the next advance.
	 * @param amount how far to move; zero to run only what is due already
	 * @throws IllegalArgumentException if the amount is negative
	 * @throws UndeclaredThrowableException around a checked exception thrown by a call;
	 * unchecked ones come as they are
	 */
	public void advance(Duration amount) {
		if (amount.isNegative()) {
			throw new IllegalArgumentException("Time does not run backwards: " + amount);
		}
		this.now = this.now.plus(amount);
		while (!this.calls.isEmpty() && this.calls.first().getTime().compareTo(this.now) <= 0) {
			ClockCall due = this.calls.first();
			this.calls.remove(due);
			run(due);
		}
	}

	/**
	 * Advance several times.
	 * @param amounts how far to move each time
	 * @throws IllegalArgumentException if an amount is negative
	 * @throws UndeclaredThrowableException around a checked exception thrown by a call
	 */
	public void pump(Duration... amounts) {
		for (Duration amount : amounts) {
			advance(amount);
		}
	}

	private void run(ClockCall due) {
		try {
			due.run();
		}
		catch (RuntimeException ex) {
			throw ex;
		}
		catch (Exception ex) {
			throw new UndeclaredThrowableException(ex);
		}
	}

	void remove(ClockCall call) {
		this.calls.remove(call);
	}

	void move(ClockCall call, Duration time) {
		this.calls.remove(call);
		call.setTime(time);
		this.calls.add(call);
	}

}
