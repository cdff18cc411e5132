package dev.twisted.defer;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;

import org.jspecify.annotations.Nullable;

/**
 * Lets a limited number of things happen at a time. Follows
 * {@code twisted.internet.defer.DeferredSemaphore}.
 * <p>
 * Those who wait get a token in the order in which they asked. To cancel the Deferred of
 * one who waits is to leave the queue. May be used from any thread; a Deferred that had
 * to wait fires in the thread that gives the token back.
 */
public final class DeferredSemaphore {

	private final int limit;

	private final Set<Deferred<DeferredSemaphore>> waiting = new LinkedHashSet<>();

	private final Turns turns = new Turns();

	private int tokens;

	/**
	 * Make a semaphore.
	 * @param tokens how many things may happen at a time
	 * @throws IllegalArgumentException if that is less than one
	 */
	public DeferredSemaphore(int tokens) {
		if (tokens < 1) {
			throw new IllegalArgumentException("A DeferredSemaphore needs at least one token, not " + tokens);
		}
		this.limit = tokens;
		this.tokens = tokens;
	}

	/**
	 * Ask for a token.
	 * @return fires with this semaphore when the token is there; from then on it has to
	 * be {@link #release() given back}
	 */
	public Deferred<DeferredSemaphore> acquire() {
		synchronized (this.waiting) {
			if (this.tokens == 0 || !this.waiting.isEmpty()) {
				Deferred<DeferredSemaphore> deferred = new Deferred<>(this::leave);
				this.waiting.add(deferred);
				return deferred;
			}
			this.tokens--;
		}
		return Deferred.succeed(this);
	}

	/**
	 * Give a token back, to the one who has waited longest. Tokens that are given back by
	 * somebody who has just got one here are passed on when that one is done, so that
	 * many who wait need no stack.
	 * @throws IllegalStateException if all tokens are here already
	 */
	public void release() {
		synchronized (this.waiting) {
			if (this.tokens == this.limit) {
				throw new IllegalStateException("release() without acquire(): all " + this.limit + " tokens are here");
			}
			this.tokens++;
		}
		this.turns.run(this::grantOne);
	}

	/**
	 * Call a function once there is a token, and give the token back when the function's
	 * Deferred has fired.
	 * @param <R> the result of the function's Deferred
	 * @param call what to call; what it throws becomes a failure
	 * @return fires with what comes of the function; may be cancelled while it waits
	 */
	public <R extends @Nullable Object> Deferred<R> run(Callable<? extends Deferred<? extends R>> call) {
		return acquire().compose((semaphore) -> Deferred.<R>maybeDeferred(call).doOnBoth(this::release));
	}

	/**
	 * How many tokens are free.
	 * @return a number between zero and the limit
	 */
	public int tokens() {
		synchronized (this.waiting) {
			return this.tokens;
		}
	}

	/**
	 * How many tokens there are.
	 * @return the number this was made with
	 */
	public int limit() {
		return this.limit;
	}

	/**
	 * How many are waiting for a token.
	 * @return the length of the queue
	 */
	public int waiting() {
		synchronized (this.waiting) {
			return this.waiting.size();
		}
	}

	private void leave(Deferred<DeferredSemaphore> deferred) {
		synchronized (this.waiting) {
			this.waiting.remove(deferred);
		}
	}

	private boolean grantOne() {
		Deferred<DeferredSemaphore> next;
		synchronized (this.waiting) {
			Iterator<Deferred<DeferredSemaphore>> queue = this.waiting.iterator();
			if (this.tokens == 0 || !queue.hasNext()) {
				return false;
			}
			this.tokens--;
			next = queue.next();
			queue.remove();
		}
		if (!next.tryFire(this)) {
			// Cancelled this moment; the token is for the next one.
			synchronized (this.waiting) {
				this.tokens++;
			}
		}
		return true;
	}

}
