package dev.twisted.stress;

import dev.twisted.defer.DeferredLock;
import dev.twisted.defer.DeferredQueue;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Two threads share a lock or a queue made of Deferreds.
 */
public class SharingRaces {

	/**
	 * What is done with the lock is not done by two at a time, and the lock comes back.
	 */
	@JCStressTest
	@State
	@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "one after the other")
	public static class LockAndLock {

		private final DeferredLock lock = new DeferredLock();

		private int plain;

		/** Counts with the lock. */
		@Actor
		public void first() {
			count();
		}

		/** Counts with the lock, too. */
		@Actor
		public void second() {
			count();
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(I_Result result) {
			result.r1 = this.lock.locked() ? -1 : this.plain;
		}

		private void count() {
			this.lock.acquire().doOnCallback((held) -> {
				this.plain++;
				held.release();
			});
		}

	}

	/**
	 * What is put while somebody gets arrives.
	 */
	@JCStressTest
	@State
	@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "arrived")
	public static class PutAndGet {

		private final DeferredQueue<Integer> queue = new DeferredQueue<>();

		private int value;

		/** Puts. */
		@Actor
		public void put() {
			this.queue.put(7);
		}

		/** Gets. */
		@Actor
		public void get() {
			this.queue.get().doOnCallback((got) -> this.value += got);
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(I_Result result) {
			result.r1 = this.value;
		}

	}

}
