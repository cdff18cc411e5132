package dev.twisted.defer;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What has come out of a Deferred so far. Uses the result up, so that no failure is left
 * unhandled by a test.
 */
final class Results {

	private final List<@Nullable Object> seen = new ArrayList<>();

	static Results of(Deferred<?> deferred) {
		Results results = new Results();
		deferred.addBoth((result, failure) -> {
			results.seen.add((failure != null) ? failure : result);
			return null;
		});
		return results;
	}

	boolean none() {
		return this.seen.isEmpty();
	}

	@Nullable Object value() {
		if (this.seen.size() != 1) {
			throw new AssertionError("Expected one result but there are " + this.seen);
		}
		if (this.seen.get(0) instanceof Failure failure) {
			throw new AssertionError("Expected a value", failure.value());
		}
		return this.seen.get(0);
	}

	Failure failure() {
		if (this.seen.size() != 1 || !(this.seen.get(0) instanceof Failure failure)) {
			throw new AssertionError("Expected one failure but there is " + this.seen);
		}
		return failure;
	}

	Throwable exception() {
		return failure().value();
	}

}
