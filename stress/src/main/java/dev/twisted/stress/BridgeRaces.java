package dev.twisted.stress;

import java.util.concurrent.CompletableFuture;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.Deferred;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.Expect;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;
import reactor.core.Disposable;

/**
 * A result is on its way over a bridge when nobody wants it any more.
 */
public class BridgeRaces {

	/**
	 * Who has cancelled the Mono gets nothing, or the result was there before; then there
	 * is nothing to be cancelled.
	 */
	@JCStressTest
	@State
	@Outcome(id = "1, 0", expect = Expect.ACCEPTABLE, desc = "the result was first")
	@Outcome(id = "0, 1", expect = Expect.ACCEPTABLE, desc = "the cancellation was first")
	@Outcome(id = "0, 0", expect = Expect.ACCEPTABLE, desc = "the result was there, and not taken")
	public static class FireAndDispose {

		private final Ends ends = new Ends();

		private final Deferred<Integer> deferred = new Deferred<>((cancelled) -> this.ends.cancellation());

		private final Disposable subscription = this.deferred.toMono()
			.subscribe((result) -> this.ends.result(), (error) -> {
			});

		/** Fires, as one does who knows that somebody may cancel. */
		@Actor
		public void fire() {
			if (!this.deferred.called()) {
				try {
					this.deferred.callback(1);
				}
				catch (AlreadyCalledException ex) {
					// Cancelled this moment.
				}
			}
		}

		/** Cancels. */
		@Actor
		public void dispose() {
			this.subscription.dispose();
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
	 * A Deferred made of a future ends once, whoever is first.
	 */
	@JCStressTest
	@State
	@Outcome(id = { "1, 0", "0, 1" }, expect = Expect.ACCEPTABLE, desc = "a result or a cancellation")
	public static class CompleteAndCancel {

		private final CompletableFuture<Integer> future = new CompletableFuture<>();

		private final Deferred<Integer> deferred = Deferred.from(this.future);

		private final Ends ends = new Ends();

		/** Makes it take note of its end. */
		public CompleteAndCancel() {
			this.ends.count(this.deferred);
		}

		/** Completes. */
		@Actor
		public void complete() {
			this.future.complete(1);
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

}
