package dev.twisted.internet.netty;

import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;

import dev.twisted.internet.ConnectionLimits;
import dev.twisted.internet.Framed;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * The limits of one port as its connections need them, and the counters of who went over
 * them.
 */
final class PortLimits {

	/** For a time that is not limited. */
	static final long NEVER = Long.MAX_VALUE;

	private final LongAdder timedOut;

	private final LongAdder throttled;

	private final Runnable frameTooLong;

	private final ConnectionLimits limits;

	private final long idle;

	private final long firstMessage;

	private final long frame;

	PortLimits(ConnectionLimits limits, LongAdder timedOut, LongAdder throttled, LongAdder framesTooLong) {
		this.limits = limits;
		this.idle = nanos(limits.idleTimeout());
		this.firstMessage = nanos(limits.firstMessageTimeout());
		this.frame = nanos(limits.frameTimeout());
		this.timedOut = timedOut;
		this.throttled = throttled;
		this.frameTooLong = framesTooLong::increment;
	}

	private static long nanos(@Nullable Duration time) {
		return (time != null) ? Loop.nanos(time) : NEVER;
	}

	/** Whether each connection has to be watched. */
	boolean watchConnections() {
		return this.idle != NEVER || timeMessages() || this.limits.readLimit() != ConnectionLimits.UNLIMITED
				|| this.limits.writeLimit() != ConnectionLimits.UNLIMITED;
	}

	boolean timeMessages() {
		return this.firstMessage != NEVER || this.frame != NEVER;
	}

	/**
	 * Tell a new protocol how long its frames may be, and count those that are longer.
	 * @return false if there is a limit and the protocol cannot have one
	 */
	boolean limitFrames(Protocol protocol) {
		Framed framed = protocol.adapt(Framed.class);
		if (framed != null) {
			framed.onFrameTooLong(this.frameTooLong);
		}
		int length = this.limits.frameLength();
		return length == ConnectionLimits.UNLIMITED || (framed != null && framed.limitFrames(length));
	}

	/** Nanoseconds, or {@link #NEVER}. */
	long idle() {
		return this.idle;
	}

	/** Nanoseconds, or {@link #NEVER}. */
	long firstMessage() {
		return this.firstMessage;
	}

	/** Nanoseconds, or {@link #NEVER}. */
	long frame() {
		return this.frame;
	}

	@Nullable Pace readPace(long now) {
		return pace(this.limits.readLimit(), now);
	}

	@Nullable Pace writePace(long now) {
		return pace(this.limits.writeLimit(), now);
	}

	@Nullable Pace acceptPace(long now) {
		return pace(this.limits.acceptRate(), now);
	}

	private static @Nullable Pace pace(int perSecond, long now) {
		return (perSecond != ConnectionLimits.UNLIMITED) ? new Pace(perSecond, now) : null;
	}

	void timedOut() {
		this.timedOut.increment();
	}

	void throttled() {
		this.throttled.increment();
	}

}
