package dev.twisted.stress;

import java.util.List;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * One Deferred waits for another while that one gets its result.
 */
public class ChainingRaces {

	/**
	 * The outer one gets the inner one's result, whichever is fired first.
	 */
	@JCStressTest
	@State
	@Outcome(id = "7", expect = Expect.ACCEPTABLE, desc = "the inner result came out")
	public static class FireBoth {

		private final Deferred<Integer> inner = new Deferred<>();

		private final Deferred<Integer> outer = new Deferred<>();

		private int value;

		/** Makes an outer one that waits for the inner one. */
		public FireBoth() {
			this.outer.compose((result) -> this.inner).doOnCallback((result) -> this.value += result);
		}

		/** Fires the inner one. */
		@Actor
		public void inner() {
			this.inner.callback(7);
		}

		/** Fires the outer one. */
		@Actor
		public void outer() {
			this.outer.callback(1);
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

	/**
	 * A callback added to the inner one, after its result went to the outer one, sees
	 * {@code null}; before, it sees the result, and the outer one what it returned.
	 */
	@JCStressTest
	@State
	@Outcome(id = "7, 0", expect = Expect.ACCEPTABLE, desc = "the result was gone")
	@Outcome(id = "107, 7", expect = Expect.ACCEPTABLE, desc = "the inner callback was first")
	public static class FireOuterAndAddToInner {

		private final Deferred<Integer> inner = Deferred.succeed(7);

		private final Deferred<Integer> outer = new Deferred<>();

		private int value;

		private int seen;

		/** Makes an outer one that waits for the inner one. */
		public FireOuterAndAddToInner() {
			this.outer.compose((result) -> this.inner).doOnCallback((result) -> this.value += result);
		}

		/** Fires the outer one. */
		@Actor
		public void outer() {
			this.outer.callback(1);
		}

		/** Adds to the inner one. */
		@Actor
		public void inner() {
			this.inner.addBoth((result, failure) -> {
				this.seen = (result != null) ? result : 0;
				return this.seen + 100;
			});
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(II_Result result) {
			result.r1 = this.value;
			result.r2 = this.seen;
		}

	}

	/**
	 * A result travels up a chain of three while somebody adds in the middle of it.
	 */
	@JCStressTest
	@State
	@Outcome(id = { "7, 1", "8, 1" }, expect = Expect.ACCEPTABLE, desc = "both ran once")
	public static class FireInnermostAndAddToMiddle {

		private final Deferred<Integer> innermost = new Deferred<>();

		private final Deferred<Integer> middle = new Deferred<>();

		private final Deferred<Integer> outer = new Deferred<>();

		private int value;

		private int runs;

		/**
		 * Makes an outer one that waits for a middle one that waits for the innermost.
		 */
		public FireInnermostAndAddToMiddle() {
			this.middle.compose((result) -> this.innermost);
			this.outer.compose((result) -> this.middle).doOnCallback((result) -> this.value += result);
			this.outer.callback(1);
			this.middle.callback(1);
		}

		/** Fires the innermost one. */
		@Actor
		public void innermost() {
			this.innermost.callback(7);
		}

		/** Adds to the middle one. */
		@Actor
		public void middle() {
			this.middle.addBoth((result, failure) -> {
				this.runs++;
				return (result != null) ? result + 1 : 0;
			});
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(II_Result result) {
			result.r1 = this.value;
			result.r2 = this.runs;
		}

	}

	/**
	 * Cancelling the outer one reaches the inner one or comes too late, but never gets
	 * lost.
	 */
	@JCStressTest
	@State
	@Outcome(id = { "1, 0", "0, 1" }, expect = Expect.ACCEPTABLE, desc = "a result or a cancellation")
	public static class FireInnerAndCancelOuter {

		private final Deferred<Integer> inner = new Deferred<>();

		private final Deferred<Integer> outer = Deferred.succeed(1);

		private final Ends ends = new Ends();

		/** Makes an outer one that waits for the inner one. */
		public FireInnerAndCancelOuter() {
			this.ends.count(this.outer.compose((result) -> this.inner));
		}

		/** Fires the inner one. */
		@Actor
		public void fire() {
			this.inner.callback(7);
		}

		/** Cancels the outer one. */
		@Actor
		public void cancel() {
			this.outer.cancel();
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
	 * What gathers two results fires once, with both of them.
	 */
	@JCStressTest
	@State
	@Outcome(id = "12, 1", expect = Expect.ACCEPTABLE, desc = "both results, once")
	public static class GatherTwo {

		private final Deferred<Integer> first = new Deferred<>();

		private final Deferred<Integer> second = new Deferred<>();

		private int value;

		private int runs;

		/** Makes what gathers them. */
		public GatherTwo() {
			Deferreds.gatherResults(List.of(this.first, this.second)).doOnCallback((results) -> {
				this.runs++;
				this.value = results.get(0) * 10 + results.get(1);
			});
		}

		/** Fires one. */
		@Actor
		public void first() {
			this.first.callback(1);
		}

		/** Fires the other. */
		@Actor
		public void second() {
			this.second.callback(2);
		}

		/**
		 * Looks.
		 * @param result what came of it
		 */
		@Arbiter
		public void look(II_Result result) {
			result.r1 = this.value;
			result.r2 = this.runs;
		}

	}

}
