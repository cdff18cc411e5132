package dev.twisted.endpoints;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;

/**
 * What has come out of a Deferred so far, which is used up by that.
 */
final class Outcome {

	private final List<Object> seen = new CopyOnWriteArrayList<>();

	static Outcome of(Deferred<?> deferred) {
		Outcome outcome = new Outcome();
		deferred.addBoth((result, failure) -> {
			outcome.seen.add((failure != null) ? failure : (result != null) ? result : "null");
			return null;
		});
		return outcome;
	}

	boolean none() {
		return this.seen.isEmpty();
	}

	Object value() {
		if (this.seen.size() != 1 || this.seen.get(0) instanceof Failure) {
			throw new AssertionError("Expected one value but there is " + this.seen);
		}
		return this.seen.get(0);
	}

	Throwable exception() {
		if (this.seen.size() != 1 || !(this.seen.get(0) instanceof Failure failure)) {
			throw new AssertionError("Expected one failure but there is " + this.seen);
		}
		return failure.value();
	}

}
