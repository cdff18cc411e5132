package dev.twisted.defer;

import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * The near end of a bridge: a Deferred that is fired by an executor, with the
 * surroundings that there were when the bridge was made.
 *
 * @param <T> the result
 */
final class Homecoming<T extends @Nullable Object> {

	private final Deferred<T> deferred;

	private final BridgeContext surroundings = BridgeContext.here();

	private final Executor executor;

	Homecoming(Executor executor, Action canceller) {
		this.executor = executor;
		this.deferred = new Deferred<>((cancelled) -> stop(canceller));
	}

	/**
	 * Whatever comes of that, nothing more is expected from there, so the Deferred is
	 * fired.
	 */
	private void stop(Action canceller) {
		try {
			canceller.run();
		}
		catch (Exception ex) {
			Operators.onErrorDropped(ex, context());
		}
	}

	Deferred<T> deferred() {
		return this.deferred;
	}

	Context context() {
		return this.surroundings.context();
	}

	/** Take a result or a {@link Failure} home. */
	void fire(@Nullable Object result) {
		Object checked = (result instanceof Deferred)
				? new Failure(new IllegalArgumentException(
						"A Deferred cannot be the result of a Deferred; publish its result, by toMono() and flatMap"))
				: result;
		try {
			this.executor.execute(() -> this.surroundings.run(() -> arrive(checked)));
		}
		catch (RuntimeException ex) {
			if (result instanceof Failure failure) {
				ex.addSuppressed(failure.value());
			}
			this.surroundings.run(() -> arrive(new Failure(ex)));
		}
	}

	private void arrive(@Nullable Object result) {
		if (!this.deferred.tryFire(result) && result instanceof Failure failure) {
			// It was cancelled this moment.
			Operators.onErrorDropped(failure.value(), context());
		}
	}

}
