package dev.twisted.internet.netty;

import java.util.Arrays;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Pending calls by due time, those due together in the order in which they were made. A
 * four-way heap whose members know their place, so that calling one off costs no search.
 * May be used from any thread.
 */
final class TimerHeap {

	private @Nullable TimedCall[] calls = new TimedCall[16];

	private int size;

	private long nextOrder;

	/**
	 * Add a call.
	 * @return whether it is now the first
	 */
	synchronized boolean add(TimedCall call) {
		if (this.size == this.calls.length) {
			this.calls = Arrays.copyOf(this.calls, this.size * 2);
		}
		call.order = this.nextOrder++;
		up(this.size++, call);
		return call.index == 0;
	}

	/**
	 * Move a call to another time; it goes behind those that are due then.
	 * @return whether it is now the first
	 */
	synchronized boolean move(TimedCall call, long due) {
		call.due = due;
		if (call.index < 0) {
			return false;
		}
		int index = call.index;
		call.order = this.nextOrder++;
		up(index, call);
		if (call.index == index) {
			down(index, call);
		}
		return call.index == 0;
	}

	synchronized void remove(TimedCall call) {
		int index = call.index;
		if (index < 0) {
			return;
		}
		call.index = -1;
		TimedCall last = this.calls[--this.size];
		this.calls[this.size] = null;
		if (last != null && last != call) {
			up(index, last);
			if (last.index == index) {
				down(index, last);
			}
		}
	}

	/**
	 * What a call made from now on will be behind.
	 */
	synchronized long mark() {
		return this.nextOrder;
	}

	/**
	 * Take the first call out if it is due and was made before the mark.
	 */
	synchronized @Nullable TimedCall poll(long now, long mark) {
		TimedCall first = this.calls[0];
		if (first == null || first.due - now > 0 || first.order >= mark) {
			return null;
		}
		remove(first);
		return first;
	}

	/**
	 * Nanoseconds until the first call is due, none below zero, or -1 if there is none.
	 */
	synchronized long untilFirst(long now) {
		TimedCall first = this.calls[0];
		return (first != null) ? Math.max(0, first.due - now) : -1;
	}

	synchronized int size() {
		return this.size;
	}

	synchronized void copyTo(List<? super TimedCall> target) {
		for (int i = 0; i < this.size; i++) {
			TimedCall call = this.calls[i];
			if (call != null) {
				target.add(call);
			}
		}
	}

	private void up(int from, TimedCall call) {
		int index = from;
		while (index > 0) {
			int parent = (index - 1) >> 2;
			TimedCall above = this.calls[parent];
			if (above == null || !before(call, above)) {
				break;
			}
			place(index, above);
			index = parent;
		}
		place(index, call);
	}

	private void down(int from, TimedCall call) {
		int index = from;
		while (true) {
			int child = (index << 2) + 1;
			if (child >= this.size) {
				break;
			}
			int least = child;
			for (int i = child + 1; i < Math.min(child + 4, this.size); i++) {
				if (before(at(i), at(least))) {
					least = i;
				}
			}
			if (!before(at(least), call)) {
				break;
			}
			place(index, at(least));
			index = least;
		}
		place(index, call);
	}

	private TimedCall at(int index) {
		TimedCall call = this.calls[index];
		if (call == null) {
			throw new IllegalStateException("There is no call at " + index);
		}
		return call;
	}

	private void place(int index, TimedCall call) {
		this.calls[index] = call;
		call.index = index;
	}

	private static boolean before(TimedCall one, TimedCall other) {
		long difference = one.due - other.due;
		return difference < 0 || (difference == 0 && one.order < other.order);
	}

}
