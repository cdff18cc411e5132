package dev.twisted.protocols.policies;

import java.time.Duration;
import java.util.Objects;

import dev.twisted.defer.Action;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.ReactorTime;
import org.jspecify.annotations.Nullable;

/**
 * A time limit that a protocol sets itself, and that starts over whenever something has
 * happened. Follows Twisted's {@code TimeoutMixin}, as an object that the protocol keeps.
 * <p>
 * It strikes once; then it is off until {@link #setTimeout} sets it again. Starting over
 * takes no timer: the one there is looks, when it is due, whether anything has happened
 * meanwhile. Cancel it with {@code setTimeout(null)} when the connection is lost.
 * <p>
 * All methods are for the loop of the connection, but {@link #resetTimeout}, which may be
 * called from any thread.
 */
public final class ConnectionTimeout {

	private final ReactorTime time;

	private final Action onTimeout;

	private volatile @Nullable Duration period;

	/** When it strikes unless something happens. */
	private volatile Duration moment = Duration.ZERO;

	private @Nullable DelayedCall look;

	/**
	 * Make a time limit that is off.
	 * @param time the reactor, or a virtual clock
	 * @param onTimeout what to do when nothing has happened for too long, mostly
	 * {@code transport().loseConnection()}; what it throws is logged and counted
	 */
	public ConnectionTimeout(ReactorTime time, Action onTimeout) {
		this.time = Objects.requireNonNull(time, "time");
		this.onTimeout = Objects.requireNonNull(onTimeout, "onTimeout");
	}

	/**
	 * The time limit.
	 * @return the time without anything happening, {@code null} while it is off
	 */
	public @Nullable Duration timeout() {
		return this.period;
	}

	/**
	 * Change the time limit, and start over.
	 * @param period how long nothing may happen, {@code null} for off
	 * @return what it was before
	 * @throws IllegalArgumentException if it is negative
	 */
	public @Nullable Duration setTimeout(@Nullable Duration period) {
		if (period != null && period.isNegative()) {
			throw new IllegalArgumentException("A time limit cannot be negative: " + period);
		}
		Duration before = this.period;
		this.period = period;
		if (this.look != null) {
			this.look.cancel();
			this.look = null;
		}
		if (period != null) {
			this.moment = this.time.seconds().plus(period);
			this.look = this.time.callLater(period, this::look);
		}
		return before;
	}

	/**
	 * Something has happened: start over. Does nothing while it is off.
	 */
	public void resetTimeout() {
		Duration current = this.period;
		if (current != null) {
			this.moment = this.time.seconds().plus(current);
		}
	}

	private void look() throws Exception {
		this.look = null;
		Duration left = this.moment.minus(this.time.seconds());
		if (left.isZero() || left.isNegative()) {
			this.period = null;
			this.onTimeout.run();
		}
		else {
			this.look = this.time.callLater(left, this::look);
		}
	}

}
