package dev.twisted.task;

import java.time.Duration;

import dev.twisted.defer.Action;
import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.internet.AlreadyCancelledException;
import dev.twisted.internet.DelayedCall;
import org.jspecify.annotations.Nullable;

/**
 * A call that a {@link Clock} is going to make, ordered by when it is due and then by
 * when it was made.
 */
final class ClockCall implements DelayedCall, Comparable<ClockCall> {

	private final Clock clock;

	private final long number;

	private final Action call;

	private Duration time;

	private State state = State.PENDING;

	ClockCall(Clock clock, Duration time, long number, Action call) {
		this.clock = clock;
		this.time = time;
		this.number = number;
		this.call = call;
	}

	@Override
	public Duration getTime() {
		return this.time;
	}

	void setTime(Duration time) {
		this.time = time;
	}

	@Override
	public void cancel() {
		checkActive();
		this.state = State.CANCELLED;
		this.clock.remove(this);
	}

	@Override
	public void delay(Duration secondsLater) {
		checkActive();
		this.clock.move(this, this.time.plus(secondsLater));
	}

	@Override
	public void reset(Duration secondsFromNow) {
		checkActive();
		this.clock.move(this, this.clock.seconds().plus(secondsFromNow));
	}

	@Override
	public boolean active() {
		return this.state == State.PENDING;
	}

	void run() throws Exception {
		this.state = State.CALLED;
		this.call.run();
	}

	private void checkActive() {
		switch (this.state) {
			case PENDING -> {
			}
			case CALLED -> throw new AlreadyCalledException("The call has been made already: " + this);
			case CANCELLED -> throw new AlreadyCancelledException("The call was called off before: " + this);
		}
	}

	@Override
	public int compareTo(ClockCall other) {
		int result = this.time.compareTo(other.time);
		return (result != 0) ? result : Long.compare(this.number, other.number);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this);
	}

	@Override
	public String toString() {
		return "DelayedCall[%s, %s, %s]".formatted(this.time, this.state, this.call);
	}

	private enum State {

		PENDING, CALLED, CANCELLED

	}

}
