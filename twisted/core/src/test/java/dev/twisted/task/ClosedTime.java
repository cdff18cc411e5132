package dev.twisted.task;

import java.time.Duration;
import java.util.List;

import dev.twisted.defer.Action;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.ReactorTime;

/**
 * Time that takes no calls, as that of a reactor that is gone.
 */
record ClosedTime(RuntimeException failure) implements ReactorTime {

	@Override
	public Duration seconds() {
		return Duration.ZERO;
	}

	@Override
	public DelayedCall callLater(Duration delay, Action call) {
		throw this.failure;
	}

	@Override
	public List<DelayedCall> getDelayedCalls() {
		return List.of();
	}

}
