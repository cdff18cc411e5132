package dev.twisted.defer;

import java.util.concurrent.atomic.AtomicInteger;

import org.jspecify.annotations.Nullable;

/**
 * The entry by which a body waits in the queue of a Deferred. A result stays with the
 * Deferred; a failure has been dealt with, as the body gets it.
 */
final class Await extends Link {

	private static final int NEW = 0;

	private static final int WAITING = 1;

	private static final int DONE = 2;

	private static final int REFUSED = 3;

	private final Body<?> body;

	private final AtomicInteger state = new AtomicInteger();

	private @Nullable Object outcome;

	Await(Body<?> body) {
		this.body = body;
	}

	/** Whether the outcome is there already, so that nobody has to wait for it. */
	boolean isDone() {
		return this.state.get() == DONE;
	}

	/** What came; only if it {@link #isDone is done}. */
	@Nullable Object outcome() {
		return this.outcome;
	}

	/**
	 * The body is going to wait.
	 * @return false if it need not
	 */
	boolean beginWaiting() {
		return this.state.compareAndSet(NEW, WAITING);
	}

	/**
	 * The body is not going to wait; leave things as they are.
	 * @return false if the outcome has come this moment
	 */
	boolean refuse() {
		return this.state.compareAndSet(NEW, REFUSED);
	}

	@Override
	boolean concerns(@Nullable Object result) {
		return this.state.get() != REFUSED;
	}

	@Override
	String describe() {
		return "await in a body";
	}

	@Override
	@Nullable Object pass(@Nullable Object result) {
		if (this.state.get() == REFUSED) {
			return result;
		}
		this.outcome = result;
		if (!this.state.compareAndSet(NEW, DONE)) {
			if (this.state.get() == REFUSED) {
				return result;
			}
			this.body.resume(this, result);
		}
		return (result instanceof Failure) ? null : result;
	}

}
