package dev.twisted.stress;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.Deferred;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * One fires while the other adds, fires, cancels or pauses.
 */
public class FiringRaces {

	/**
	 * A callback added while a result arrives runs once, and sees what was written before
	 * the result was given.
	 */
	@JCStressTest
	@State
	@Outcome(id = "1, 42", expect = Expect.ACCEPTABLE, desc = "ran once, after what came before")
	public static class FireAndAdd {

		private final Deferred<Integer> deferred = new Deferred<>();

		private int before;

		private int runs;

		private int seen;

		/** Fires. */
		@Actor
		public void fire() {
			this.before = 42;
			this.deferred.callback(1);
		}

		/** Adds. */
		@Actor
		public void add() {
			this.deferred.doOnCallback((result) -> {
				this.runs++;
				this.seen = this.before;
			});
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(II_Result result) {
			result.r1 = this.runs;
			result.r2 = this.seen;
		}

	}

	/**
	 * Of two that fire one succeeds, and the other is told.
	 */
	@JCStressTest
	@State
	@Outcome(id = { "1, 0, 1", "0, 1, 2" }, expect = Expect.ACCEPTABLE, desc = "one of them")
	public static class FireAndFire {

		private final Deferred<Integer> deferred = new Deferred<>();

		private int value;

		/** Makes a Deferred that takes note of its result. */
		public FireAndFire() {
			this.deferred.doOnCallback((result) -> this.value += result);
		}

		/**
		 * Fires.
		 * @param result what came of it
		 */
		@Actor
		public void first(III_Result result) {
			result.r1 = fire(1);
		}

		/**
		 * Fires too.
		 * @param result what came of it
		 */
		@Actor
		public void second(III_Result result) {
			result.r2 = fire(2);
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(III_Result result) {
			result.r3 = this.value;
		}

		private int fire(int with) {
			try {
				this.deferred.callback(with);
				return 1;
			}
			catch (AlreadyCalledException ex) {
				return 0;
			}
		}

	}

	/**
	 * What is fired while somebody cancels comes to one end or the other, and firing
	 * never fails.
	 */
	@JCStressTest
	@State
	@Outcome(id = { "1, 0", "0, 1" }, expect = Expect.ACCEPTABLE, desc = "a result or a cancellation")
	public static class FireAndCancel {

		private final Deferred<Integer> deferred = new Deferred<>();

		private final Ends ends = new Ends();

		/** Makes a Deferred that takes note of its end. */
		public FireAndCancel() {
			this.ends.count(this.deferred);
		}

		/** Fires. */
		@Actor
		public void fire() {
			this.deferred.callback(1);
		}

		/** Cancels. */
		@Actor
		public void cancel() {
			this.deferred.cancel();
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(II_Result result) {
			this.ends.tell(result);
		}

	}

	/**
	 * Two callbacks never run side by side, whoever adds them.
	 */
	@JCStressTest
	@State
	@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "one after the other")
	public static class AddAndAdd {

		private final Deferred<Integer> deferred = Deferred.succeed(1);

		private int plain;

		/** Adds. */
		@Actor
		public void first() {
			this.deferred.doOnCallback((result) -> this.plain++);
		}

		/** Adds too. */
		@Actor
		public void second() {
			this.deferred.doOnCallback((result) -> this.plain++);
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(I_Result result) {
			result.r1 = this.plain;
		}

	}

	/**
	 * What is paused while it is fired goes on when it is let go, and not twice.
	 */
	@JCStressTest
	@State
	@Outcome(id = "2", expect = Expect.ACCEPTABLE, desc = "each callback once")
	public static class FireAndPause {

		private final Deferred<Integer> deferred = new Deferred<>();

		private int runs;

		/** Makes a Deferred that counts. */
		public FireAndPause() {
			this.deferred.doOnCallback((result) -> this.runs++).doOnCallback((result) -> this.runs++);
		}

		/** Fires. */
		@Actor
		public void fire() {
			this.deferred.callback(1);
		}

		/** Pauses for a moment. */
		@Actor
		public void pause() {
			this.deferred.pause();
			this.deferred.unpause();
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(I_Result result) {
			result.r1 = this.runs;
		}

	}

}
