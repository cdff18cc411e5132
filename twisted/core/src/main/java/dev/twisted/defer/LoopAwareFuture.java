package dev.twisted.defer;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;
import reactor.core.scheduler.Schedulers;

/**
 * A future that nobody can wait for on a thread that must not block, and neither for
 * those made from it: what would complete it may well have to run on that thread.
 *
 * @param <T> the result
 */
class LoopAwareFuture<T extends @Nullable Object> extends CompletableFuture<T> {

	@Override
	public T get() throws InterruptedException, ExecutionException {
		checkMayWait();
		return super.get();
	}

	@Override
	public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
		checkMayWait();
		return super.get(timeout, unit);
	}

	@Override
	public T join() {
		checkMayWait();
		return super.join();
	}

	private void checkMayWait() {
		if (!isDone() && Schedulers.isInNonBlockingThread()) {
			throw new IllegalStateException(
					"Waiting on '%s', which runs callbacks, would hold them up, perhaps for ever: add a callback, return the Deferred or the future, or wait in deferToThread"
						.formatted(Thread.currentThread().getName()));
		}
	}

	@Override
	public <U extends @Nullable Object> CompletableFuture<U> newIncompleteFuture() {
		return new LoopAwareFuture<>();
	}

}
