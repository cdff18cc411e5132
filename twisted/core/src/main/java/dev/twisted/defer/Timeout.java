package dev.twisted.defer;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;

import org.jspecify.annotations.Nullable;

/**
 * Cancels a {@link Deferred} that takes too long, unless it has a result before.
 */
final class Timeout implements Action, Anyback<@Nullable Object, @Nullable Object> {

	private final AtomicReference<State> state = new AtomicReference<>(State.PENDING);

	private final Deferred<?> deferred;

	private final Duration limit;

	private final @Nullable Anyback<@Nullable Object, ?> onTimeoutCancel;

	private volatile CallLater.@Nullable Cancellable timer;

	@SuppressWarnings("unchecked")
	Timeout(Deferred<?> deferred, Duration limit, @Nullable Anyback<?, ?> onTimeoutCancel) {
		this.deferred = deferred;
		this.limit = limit;
		this.onTimeoutCancel = (Anyback<@Nullable Object, ?>) onTimeoutCancel;
	}

	void start(CallLater clock) {
		this.timer = clock.callLater(this.limit, this);
	}

	/** The time is up. */
	@Override
	public void run() {
		if (this.state.compareAndSet(State.PENDING, State.TIMED_OUT)) {
			this.deferred.cancel();
		}
	}

	/** There is a result. */
	@Override
	public @Nullable Object call(@Nullable Object result, @Nullable Failure failure) throws Exception {
		if (this.state.compareAndSet(State.PENDING, State.FIRED)) {
			removeTimer();
		}
		else if (this.onTimeoutCancel != null) {
			return this.onTimeoutCancel.call(result, failure);
		}
		else if (failure != null && failure.check(CancelledException.class) != null) {
			throw new TimeoutException("The Deferred had no result within " + this.limit);
		}
		return (failure != null) ? failure : result;
	}

	private void removeTimer() {
		CallLater.Cancellable pending = this.timer;
		if (pending == null) {
			return;
		}
		try {
			pending.cancel();
		}
		catch (IllegalStateException ex) {
			// It is being made or was called off this moment, and does nothing now.
			return;
		}
	}

	private enum State {

		PENDING, TIMED_OUT, FIRED

	}

}
