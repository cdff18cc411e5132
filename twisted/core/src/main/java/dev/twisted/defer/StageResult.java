package dev.twisted.defer;

import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;

import org.jspecify.annotations.Nullable;

/**
 * Fires a Deferred with the result of a future.
 *
 * @param <T> the result
 */
final class StageResult<T extends @Nullable Object> {

	private final Homecoming<T> result;

	private volatile @Nullable Future<?> future;

	private volatile boolean cancelled;

	StageResult(Executor executor) {
		this.result = new Homecoming<>(executor, this::cancel);
	}

	Deferred<T> of(CompletionStage<? extends T> stage) {
		if (stage instanceof Future<?> cancellable) {
			this.future = cancellable;
		}
		stage.whenComplete(this::completed);
		return this.result.deferred();
	}

	private void completed(@Nullable T value, @Nullable Throwable ex) {
		if (this.cancelled) {
			return;
		}
		if (ex != null) {
			this.result.fire(new Failure(original(ex)));
		}
		else {
			this.result.fire(value);
		}
	}

	/** What the future was made to fail with, as far as it tells. */
	private static Throwable original(Throwable ex) {
		Throwable cause = ex.getCause();
		return (ex instanceof CompletionException && cause != null) ? cause : ex;
	}

	private void cancel() {
		this.cancelled = true;
		Future<?> running = this.future;
		if (running != null) {
			try {
				running.cancel(true);
			}
			catch (UnsupportedOperationException ex) {
				// A stage that only looks like a future goes on by itself.
				return;
			}
		}
	}

}
