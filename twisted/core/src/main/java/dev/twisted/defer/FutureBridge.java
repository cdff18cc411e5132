package dev.twisted.defer;

import org.jspecify.annotations.Nullable;

/**
 * A future that has the result of a Deferred and cancels it.
 *
 * @param <T> the result
 */
final class FutureBridge<T extends @Nullable Object> extends LoopAwareFuture<T> {

	private final Deferred<?> source;

	FutureBridge(Deferred<T> source) {
		this.source = source;
		source.<@Nullable Object>addBoth((result, failure) -> {
			if (failure == null) {
				complete(result);
			}
			else if (!completeExceptionally(failure.value()) && !(failure.value() instanceof CancelledException)) {
				// Who cancels does not learn what went wrong instead, so others must.
				return failure;
			}
			return null;
		});
	}

	@Override
	public boolean cancel(boolean mayInterruptIfRunning) {
		boolean waiting = !isDone();
		boolean cancelled = super.cancel(mayInterruptIfRunning);
		if (cancelled && waiting) {
			this.source.cancel();
		}
		return cancelled;
	}

}
