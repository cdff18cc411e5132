package dev.twisted.internet.netty;

import java.util.concurrent.TimeUnit;

import io.netty.util.concurrent.ScheduledFuture;
import org.jspecify.annotations.Nullable;

/**
 * The deadlines of the connections of one loop, which needs one timer for all of them.
 * Loop thread only.
 */
final class Deadlines {

	private final Loop loop;

	private final DeadlineWheel wheel = new DeadlineWheel(System.nanoTime());

	private @Nullable ScheduledFuture<?> alarm;

	private long alarmTime;

	private boolean turning;

	Deadlines(Loop loop) {
		this.loop = loop;
	}

	/** Have something looked at when the moment has come, and not later. */
	void notLater(Deadline deadline, long moment, long now) {
		if (!deadline.waiting || this.wheel.isLater(deadline, moment)) {
			this.wheel.set(deadline, moment);
			arm(now);
		}
	}

	/** How many are set. */
	int size() {
		return this.wheel.size();
	}

	void drop(Deadline deadline) {
		this.wheel.drop(deadline);
	}

	private void arm(long now) {
		if (this.turning) {
			return;
		}
		long wait = this.wheel.untilNext(now);
		// An earlier alarm that is set already will look again.
		if (wait >= 0 && (this.alarm == null || now + wait - this.alarmTime < 0)) {
			end();
			this.alarmTime = now + wait;
			this.alarm = this.loop.executor().schedule(this::turn, wait, TimeUnit.NANOSECONDS);
		}
	}

	private void turn() {
		this.alarm = null;
		this.turning = true;
		long now = System.nanoTime();
		try {
			this.wheel.turn(now);
		}
		finally {
			this.turning = false;
			arm(now);
		}
	}

	/** The loop ends, and its connections with it. */
	void end() {
		if (this.alarm != null) {
			this.alarm.cancel(false);
			this.alarm = null;
		}
	}

}
