package dev.twisted.enterprise;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Ends what takes longer than all may take. Whatever begins first is due first, so that
 * one timer does for all of them: that of the eldest.
 */
final class Deadlines {

	private final Duration limit;

	private final Line<Deadline> open = new Line<>();

	/** Whether the timer runs. It is not stopped when all have ended in time. */
	private boolean armed;

	Deadlines(Duration limit) {
		this.limit = limit;
	}

	Duration limit() {
		return this.limit;
	}

	/**
	 * Begin something.
	 * @param late what to do if it has not ended in time, on a thread of Reactor's
	 * @return ends it
	 */
	Disposable begin(Runnable late) {
		long length = this.limit.toNanos();
		Deadline deadline = new Deadline(late, System.nanoTime() + length);
		synchronized (this) {
			this.open.add(deadline.place);
			if (this.armed) {
				return deadline;
			}
			this.armed = true;
		}
		arm(length);
		return deadline;
	}

	private void arm(long nanos) {
		Schedulers.parallel().schedule(this::expire, nanos, TimeUnit.NANOSECONDS);
	}

	private synchronized void expire() {
		long now = System.nanoTime();
		for (Deadline eldest = this.open.first(); eldest != null; eldest = this.open.first()) {
			long left = eldest.due - now;
			if (left > 0) {
				arm(left);
				return;
			}
			this.open.poll();
			// Each in a task of its own: they have nothing to do with each other.
			Schedulers.parallel().schedule(eldest.late);
		}
		this.armed = false;
	}

	private synchronized void end(Line.Place<Deadline> place) {
		this.open.remove(place);
	}

	/**
	 * When one of them must have ended.
	 */
	private final class Deadline implements Disposable {

		private final Runnable late;

		private final long due;

		private final Line.Place<Deadline> place = new Line.Place<>(this);

		Deadline(Runnable late, long due) {
			this.late = late;
			this.due = due;
		}

		@Override
		public void dispose() {
			end(this.place);
		}

	}

}
