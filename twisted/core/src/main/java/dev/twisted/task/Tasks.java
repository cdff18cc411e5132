package dev.twisted.task;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

import dev.twisted.defer.Action;
import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.CallLater;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * Work that waits. Follows the functions of {@code twisted.internet.task}.
 */
public final class Tasks {

	private Tasks() {
	}

	/**
	 * A Deferred that fires after some time. May be called from any thread if the clock's
	 * {@code callLater} may.
	 * @param clock measures the time; a reactor or a {@link Clock}
	 * @param delay how long to wait
	 * @return fires with {@code null}, on the thread of the clock. Cancelling it takes
	 * the timer back
	 * @throws IllegalArgumentException if the delay is negative
	 */
	public static Deferred<@Nullable Void> deferLater(CallLater clock, Duration delay) {
		Timer timer = new Timer();
		Deferred<@Nullable Void> deferred = new Deferred<>((cancelled) -> timer.cancel());
		timer.call = clock.callLater(delay, () -> {
			try {
				deferred.callback(null);
			}
			catch (AlreadyCalledException ex) {
				// Cancelled by another thread while the timer was going off.
			}
		});
		return deferred;
	}

	/**
	 * Call a function after some time.
	 * @param <T> the type of its result
	 * @param clock measures the time; a reactor or a {@link Clock}
	 * @param delay how long to wait
	 * @param call what to call; a Deferred it returns is waited for
	 * @return fires with the function's result or failure, on the thread of the clock.
	 * Cancelling it takes the timer back
	 * @throws IllegalArgumentException if the delay is negative
	 */
	public static <T extends @Nullable Object> Deferred<T> deferLater(CallLater clock, Duration delay,
			Callable<? extends T> call) {
		Objects.requireNonNull(call, "The call must not be null");
		return deferLater(clock, delay).addCallback((nothing) -> call.call());
	}

	/**
	 * Run an action after some time.
	 * @param clock measures the time; a reactor or a {@link Clock}
	 * @param delay how long to wait
	 * @param action what to run
	 * @return fires with {@code null} or the action's failure, on the thread of the
	 * clock. Cancelling it takes the timer back
	 * @throws IllegalArgumentException if the delay is negative
	 */
	public static Deferred<@Nullable Void> deferLater(CallLater clock, Duration delay, Action action) {
		Objects.requireNonNull(action, "The action must not be null");
		return deferLater(clock, delay).addCallback((nothing) -> {
			action.run();
			return null;
		});
	}

	/**
	 * The timer of a Deferred that has to exist before its timer does.
	 */
	private static final class Timer {

		private volatile CallLater.@Nullable Cancellable call;

		void cancel() {
			CallLater.Cancellable cancellable = this.call;
			if (cancellable == null) {
				return;
			}
			try {
				cancellable.cancel();
			}
			catch (AlreadyCalledException ex) {
				// Going off on another thread at this moment.
			}
		}

	}

}
