package dev.twisted.task;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.ReactorTime;
import org.jspecify.annotations.Nullable;

/**
 * Calls a function again and again. Follows Twisted's {@code LoopingCall}.
 * <p>
 * The calls stay on the grid {@code start + k * interval}: one that is late does not move
 * those after it, and one that was missed is skipped, never made up for. A Deferred
 * returned by the function is waited for before the next call is planned. The first
 * failure ends the loop, so a function that wants to go on after an error has to deal
 * with it.
 * <p>
 * With a reactor as its clock everything here belongs to the reactor's thread, or to any
 * one thread before the reactor runs; elsewhere {@link #start}, {@link #stop} and
 * {@link #reset} fail with {@link dev.twisted.internet.NotInReactorThreadException}.
 */
public final class LoopingCall {

	private final ReactorTime clock;

	private final LoopThread thread;

	private final Body body;

	private @Nullable Run current;

	private @Nullable Duration interval;

	/**
	 * Make a loop that does not run yet.
	 * @param clock measures the time; a reactor or a {@link Clock}
	 * @param call what to call; a Deferred it returns is waited for, anything else is
	 * ignored
	 */
	public LoopingCall(ReactorTime clock, Callable<? extends @Nullable Object> call) {
		this(clock, callBody(call));
	}

	/**
	 * Make a loop that does not run yet.
	 * @param clock measures the time; a reactor or a {@link Clock}
	 * @param action what to run
	 */
	public LoopingCall(ReactorTime clock, Action action) {
		this(clock, actionBody(action));
	}

	private LoopingCall(ReactorTime clock, Body body) {
		this.clock = Objects.requireNonNull(clock, "The clock must not be null");
		this.thread = new LoopThread(clock);
		this.body = body;
	}

	/**
	 * Make a loop that tells its action how many points of the grid it stands for: 1 if
	 * none was skipped. With an interval of zero it is always 1.
	 * @param clock measures the time; a reactor or a {@link Clock}
	 * @param action what to run
	 * @return the loop, which does not run yet
	 */
	public static LoopingCall withCount(ReactorTime clock, CountAction action) {
		Objects.requireNonNull(action, "The action must not be null");
		return new LoopingCall(clock, (Body) (run) -> {
			int count = run.count();
			if (count > 0) {
				action.run(count);
			}
			return null;
		});
	}

	/**
	 * Make a loop that tells its function how many points of the grid it stands for, and
	 * waits for what the function returns.
	 * @param clock measures the time; a reactor or a {@link Clock}
	 * @param call what to call
	 * @return the loop, which does not run yet
	 * @see #withCount
	 */
	public static LoopingCall withCountDeferred(ReactorTime clock, CountCall call) {
		Objects.requireNonNull(call, "The call must not be null");
		return new LoopingCall(clock, (Body) (run) -> {
			int count = run.count();
			return (count > 0) ? call.call(count) : null;
		});
	}

	/**
	 * Start the loop with a call right now.
	 * @param interval the time between calls; zero for a call in every turn of the loop
	 * @return fires with this loop when it has been stopped, fails with the first failure
	 * @throws IllegalStateException if the loop runs already
	 * @throws IllegalArgumentException if the interval is negative
	 */
	public Deferred<LoopingCall> start(Duration interval) {
		return start(interval, true);
	}

	/**
	 * Start the loop.
	 * @param interval the time between calls; zero for a call in every turn of the loop
	 * @param now whether the first call is made right now, before this method returns, or
	 * after one interval
	 * @return fires with this loop when it has been stopped, fails with the first failure
	 * @throws IllegalStateException if the loop runs already
	 * @throws IllegalArgumentException if the interval is negative
	 */
	public Deferred<LoopingCall> start(Duration interval, boolean now) {
		this.thread.check("LoopingCall.start()");
		if (this.current != null) {
			throw new IllegalStateException("The LoopingCall runs already: stop() it before start()");
		}
		if (interval.isNegative()) {
			throw new IllegalArgumentException("The interval must not be negative: " + interval);
		}
		Run run = new Run(interval, now);
		this.interval = interval;
		this.current = run;
		if (now) {
			run.call();
		}
		else {
			run.schedule();
		}
		return run.finished;
	}

	/**
	 * Stop the loop. The Deferred of {@link #start} fires now, or, if a Deferred returned
	 * by the function is pending, after that; it is not cancelled.
	 * @throws IllegalStateException if the loop does not run
	 */
	public void stop() {
		this.thread.check("LoopingCall.stop()");
		Run run = requireCurrent("stop");
		this.current = null;
		if (run.takePending()) {
			run.finished.callback(this);
		}
	}

	/**
	 * Let the grid begin now: the next call comes after one interval. Has no effect while
	 * the function runs or its Deferred is pending.
	 * @throws IllegalStateException if the loop does not run
	 */
	public void reset() {
		this.thread.check("LoopingCall.reset()");
		Run run = requireCurrent("reset");
		if (run.takePending()) {
			run.startTime = this.clock.seconds();
			run.schedule();
		}
	}

	private static Body callBody(Callable<? extends @Nullable Object> call) {
		Objects.requireNonNull(call, "The call must not be null");
		return (run) -> call.call();
	}

	private static Body actionBody(Action action) {
		Objects.requireNonNull(action, "The action must not be null");
		return (run) -> {
			action.run();
			return null;
		};
	}

	private Run requireCurrent(String operation) {
		Run run = this.current;
		if (run == null) {
			throw new IllegalStateException(
					"The LoopingCall does not run: start() it before %s()".formatted(operation));
		}
		return run;
	}

	/**
	 * Whether the loop runs.
	 * @return true from {@link #start} until {@link #stop} or a failure; false by the
	 * time the Deferred of {@link #start} fires
	 */
	public boolean running() {
		return this.current != null;
	}

	/**
	 * The time between calls.
	 * @return what was last given to {@link #start}, {@code null} before
	 */
	public @Nullable Duration interval() {
		return this.interval;
	}

	@Override
	public String toString() {
		return "LoopingCall[interval=%s, running=%s]".formatted(this.interval, running());
	}

	/**
	 * What a counting loop runs.
	 */
	@FunctionalInterface
	public interface CountAction {

		/**
		 * Do it.
		 * @param count how many points of the grid have passed since the last time, at
		 * least 1
		 * @throws Exception to end the loop
		 */
		void run(int count) throws Exception;

	}

	/**
	 * What a counting loop calls and waits for.
	 */
	@FunctionalInterface
	public interface CountCall {

		/**
		 * Begin it.
		 * @param count how many points of the grid have passed since the last time, at
		 * least 1
		 * @return fires when the loop may go on
		 * @throws Exception to end the loop
		 */
		Deferred<?> call(int count) throws Exception;

	}

	private interface Body {

		@Nullable Object call(Run run) throws Exception;

	}

	/**
	 * One run of the loop, from a start to its end. A loop that is stopped and started
	 * again while a Deferred is pending has two, and the Deferred of each start fires.
	 */
	private final class Run {

		private final Deferred<LoopingCall> finished = new Deferred<>();

		private final OwnContext context = new OwnContext();

		private final Duration interval;

		private Duration startTime;

		private Duration lastCounted;

		private @Nullable DelayedCall pending;

		Run(Duration interval, boolean now) {
			this.interval = interval;
			this.startTime = LoopingCall.this.clock.seconds();
			// The call made at once stands for the point where the grid begins.
			this.lastCounted = now ? this.startTime.minus(interval) : this.startTime;
		}

		void call() {
			this.pending = null;
			this.context.run(this::callBody);
		}

		private void callBody() {
			Deferred<?> result = Deferred.maybeDeferred(() -> LoopingCall.this.body.call(this));
			result.<@Nullable Object>addCallbacks((value) -> {
				LoopingCall.this.thread.execute(this::proceed);
				return null;
			}, (failure) -> {
				LoopingCall.this.thread.execute(() -> fail(failure));
				return null;
			});
		}

		private void proceed() {
			if (LoopingCall.this.current == this) {
				schedule();
			}
			else {
				this.finished.callback(LoopingCall.this);
			}
		}

		private void fail(Failure failure) {
			if (LoopingCall.this.current == this) {
				LoopingCall.this.current = null;
			}
			this.finished.errback(failure);
		}

		void schedule() {
			try {
				this.pending = LoopingCall.this.clock.callLater(untilNext(), this::call);
			}
			catch (RuntimeException ex) {
				fail(new Failure(ex));
			}
		}

		private Duration untilNext() {
			if (this.interval.isZero()) {
				return Duration.ZERO;
			}
			Duration elapsed = LoopingCall.this.clock.seconds().minus(this.startTime);
			return this.interval.multipliedBy(elapsed.dividedBy(this.interval) + 1).minus(elapsed);
		}

		boolean takePending() {
			DelayedCall call = this.pending;
			if (call == null) {
				return false;
			}
			this.pending = null;
			call.cancel();
			return true;
		}

		int count() {
			if (this.interval.isZero()) {
				return 1;
			}
			Duration now = LoopingCall.this.clock.seconds();
			long count = pointsUntil(now) - pointsUntil(this.lastCounted);
			this.lastCounted = now;
			return (int) Math.min(count, Integer.MAX_VALUE);
		}

		private long pointsUntil(Duration time) {
			return time.minus(this.startTime).dividedBy(this.interval);
		}

	}

}
