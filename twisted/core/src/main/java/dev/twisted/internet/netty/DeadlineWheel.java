package dev.twisted.internet.netty;

import org.jspecify.annotations.Nullable;

/**
 * Many deadlines that are mostly never reached: to set one, to move it and to drop it
 * takes the same short time however many there are, and no object. They are sorted into
 * the slots of a wheel by when they are due, to a sixteenth of a second; those that are
 * more than a turn of the wheel away are passed over until it is theirs. A deadline is
 * never early. One thread only; moments are those of {@link System#nanoTime()}.
 */
final class DeadlineWheel {

	/** About 67 ms. */
	private static final int TICK_BITS = 26;

	/** Once around takes 34 seconds. */
	private static final int SLOTS = 512;

	private final @Nullable Deadline[] slots = new @Nullable Deadline[SLOTS];

	private final long origin;

	/** The last tick that has been turned past. */
	private long turned = -1;

	/** Those that are due in the turn that goes on. */
	private @Nullable Deadline due;

	private int size;

	DeadlineWheel(long now) {
		this.origin = now;
	}

	int size() {
		return this.size;
	}

	/** Set a deadline, in the place of the one it may have had. */
	void set(Deadline deadline, long moment) {
		drop(deadline);
		deadline.tick = Math.max(tickOf(moment), this.turned + 1);
		deadline.waiting = true;
		this.size++;
		int slot = slotOf(deadline.tick);
		Deadline second = this.slots[slot];
		deadline.next = second;
		if (second != null) {
			second.previous = deadline;
		}
		this.slots[slot] = deadline;
	}

	/** Whether a deadline has been set that is later than a moment. */
	boolean isLater(Deadline deadline, long moment) {
		return deadline.waiting && deadline.tick > tickOf(moment);
	}

	/** Forget a deadline, if there is one. */
	void drop(Deadline deadline) {
		if (!deadline.waiting) {
			return;
		}
		Deadline before = deadline.previous;
		Deadline after = deadline.next;
		if (before != null) {
			before.next = after;
		}
		else if (this.due == deadline) {
			this.due = after;
		}
		else {
			this.slots[slotOf(deadline.tick)] = after;
		}
		if (after != null) {
			after.previous = before;
		}
		deadline.previous = null;
		deadline.next = null;
		deadline.waiting = false;
		this.size--;
	}

	/** Have everything looked at that is due by now. */
	void turn(long now) {
		long last = ((now - this.origin) >> TICK_BITS) - 1;
		for (long tick = Math.max(this.turned + 1, last - SLOTS + 1); tick <= last; tick++) {
			collect(slotOf(tick), last);
		}
		this.turned = Math.max(this.turned, last);
		for (Deadline first = this.due; first != null; first = this.due) {
			drop(first);
			first.due(now);
		}
	}

	/** Move what is due to the list of such; what they do may change every list. */
	private void collect(int slot, long last) {
		Deadline deadline = this.slots[slot];
		while (deadline != null) {
			Deadline after = deadline.next;
			if (deadline.tick <= last) {
				drop(deadline);
				deadline.waiting = true;
				this.size++;
				Deadline second = this.due;
				deadline.next = second;
				if (second != null) {
					second.previous = deadline;
				}
				this.due = deadline;
			}
			deadline = after;
		}
	}

	/**
	 * When to turn the wheel again.
	 * @return the nanoseconds from now to the end of the first slot with something in it,
	 * at least zero; -1 if there is nothing to wait for
	 */
	long untilNext(long now) {
		if (this.size == 0) {
			return -1;
		}
		long tick = this.turned + 1;
		while (this.slots[slotOf(tick)] == null && tick <= this.turned + SLOTS) {
			tick++;
		}
		return Math.max(0, this.origin + ((tick + 1) << TICK_BITS) - now);
	}

	private long tickOf(long moment) {
		// At the very end of a tick it is due with that tick.
		return (moment - this.origin - 1) >> TICK_BITS;
	}

	private static int slotOf(long tick) {
		return (int) tick & (SLOTS - 1);
	}

}
