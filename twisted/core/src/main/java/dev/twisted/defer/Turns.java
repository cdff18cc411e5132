package dev.twisted.defer;

import java.util.HashSet;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * Takes turns one after the other: a turn that is asked for from inside a turn, in the
 * same thread, comes after it and not inside it. Threads do not wait for each other.
 */
final class Turns {

	private final Set<Thread> busy = new HashSet<>(2);

	/**
	 * Take turns while there is something to do, unless this thread is doing that.
	 * @param turn returns false if there was nothing to do
	 */
	void run(BooleanSupplier turn) {
		Thread thread = Thread.currentThread();
		synchronized (this.busy) {
			if (!this.busy.add(thread)) {
				return;
			}
		}
		try {
			boolean more = true;
			while (more) {
				more = turn.getAsBoolean();
			}
		}
		finally {
			synchronized (this.busy) {
				this.busy.remove(thread);
			}
		}
	}

}
