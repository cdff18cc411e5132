package dev.twisted.stress;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * Counts how Deferreds have ended.
 */
final class Ends {

	private int results;

	private int cancellations;

	/** Take note of how a Deferred ends, and of nothing that is neither of the two. */
	void count(Deferred<Integer> deferred) {
		deferred.addBoth((result, failure) -> {
			if (failure == null) {
				result();
			}
			else if (failure.check(CancelledException.class) != null) {
				cancellation();
			}
			return 0;
		});
	}

	void result() {
		this.results++;
	}

	void cancellation() {
		this.cancellations++;
	}

	/** Say how many results there were, and how many cancellations. */
	void tell(II_Result result) {
		result.r1 = this.results;
		result.r2 = this.cancellations;
	}

}
