package dev.twisted.defer;

import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Lets one thing happen at a time. Follows {@code twisted.internet.defer.DeferredLock};
 * the rules are those of a {@link DeferredSemaphore} with one token. Nobody in particular
 * holds it, so whoever asks twice waits.
 */
public final class DeferredLock {

	private final DeferredSemaphore semaphore = new DeferredSemaphore(1);

	/**
	 * Make a lock that is free.
	 */
	public DeferredLock() {
	}

	/**
	 * Ask for the lock.
	 * @return fires with this lock when it is free; from then on it has to be
	 * {@link #release() given back}
	 */
	public Deferred<DeferredLock> acquire() {
		return this.semaphore.acquire().addCallback((semaphore) -> this);
	}

	/**
	 * Give the lock back, to the one who has waited longest.
	 * @throws IllegalStateException if nobody holds it
	 */
	public void release() {
		if (!locked()) {
			throw new IllegalStateException("release() without acquire(): nobody holds the lock");
		}
		this.semaphore.release();
	}

	/**
	 * Call a function while holding the lock, and give it back when the function's
	 * Deferred has fired.
	 * @param <R> the result of the function's Deferred
	 * @param call what to call; what it throws becomes a failure
	 * @return fires with what comes of the function; may be cancelled while it waits
	 */
	public <R extends @Nullable Object> Deferred<R> run(Callable<? extends Deferred<? extends R>> call) {
		return this.semaphore.run(call);
	}

	/**
	 * Whether somebody holds the lock.
	 * @return true between a granted {@link #acquire()} and its {@link #release()}
	 */
	public boolean locked() {
		return this.semaphore.tokens() == 0;
	}

	/**
	 * How many are waiting for the lock.
	 * @return the length of the queue
	 */
	public int waiting() {
		return this.semaphore.waiting();
	}

}
