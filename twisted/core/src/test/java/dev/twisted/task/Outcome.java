package dev.twisted.task;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import org.jspecify.annotations.Nullable;

/**
 * What a Deferred has come to so far.
 */
final class Outcome<T extends @Nullable Object> {

	private boolean fired;

	private @Nullable T value;

	private @Nullable Throwable exception;

	private Outcome() {
	}

	static <T extends @Nullable Object> Outcome<T> of(Deferred<T> deferred) {
		Outcome<T> outcome = new Outcome<>();
		deferred.addBoth((value, failure) -> {
			outcome.set(value, failure);
			return null;
		});
		return outcome;
	}

	private void set(@Nullable T value, @Nullable Failure failure) {
		this.fired = true;
		this.value = value;
		this.exception = (failure != null) ? failure.value() : null;
	}

	boolean fired() {
		return this.fired;
	}

	@Nullable T value() {
		return this.value;
	}

	@Nullable Throwable exception() {
		return this.exception;
	}

}
