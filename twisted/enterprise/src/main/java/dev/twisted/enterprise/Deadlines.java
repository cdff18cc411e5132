package dev.twisted.enterprise;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;

import reactor.core.Disposable;
import reactor.core.scheduler.Schedulers;

/**
 * Ends what takes longer than all may take. Whatever begins first is due first, so that
 * one timer does for all of them: that of the eldest.
 */
final class Deadlines {

	private final Duration limit;

	private final Set<Deadline> open = new LinkedHashSet<>();

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
			this.open.add(deadline);
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
		for (Iterator<Deadline> eldest = this.open.iterator(); eldest.hasNext();) {
			Deadline deadline = eldest.next();
			long left = deadline.due - now;
			if (left > 0) {
				arm(left);
				return;
			}
			eldest.remove();
			// Each in a task of its own: they have nothing to do with each other.
			Schedulers.parallel().schedule(deadline.late);
		}
		this.armed = false;
	}

	private synchronized void end(Deadline deadline) {
		this.open.remove(deadline);
	}

	/**
	 * When one of them must have ended.
	 */
	private final class Deadline implements Disposable {

		private final Runnable late;

		private final long due;

		Deadline(Runnable late, long due) {
			this.late = late;
			this.due = due;
		}

		@Override
		public void dispose() {
			end(this);
		}

	}

}
