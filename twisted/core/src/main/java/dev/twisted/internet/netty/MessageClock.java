package dev.twisted.internet.netty;

import dev.twisted.internet.Framed;
import org.jspecify.annotations.Nullable;

/**
 * How long a peer takes for its first message, and for each frame. Loop thread only;
 * moments are those of {@link System#nanoTime()}.
 */
final class MessageClock {

	private final PortLimits limits;

	private final @Nullable Framed framed;

	/** Whether nothing whole has come yet. */
	private boolean first;

	/** Whether a frame has begun. */
	private boolean inside;

	/** When the connection has begun. */
	private long begun;

	/** When the frame has begun. */
	private long since;

	/** How many frames there had been when the frame began. */
	private long frames;

	/** Whether the first message is due before the frame that has begun. */
	private boolean firstIsNext;

	MessageClock(PortLimits limits, @Nullable Framed framed, long now) {
		this.limits = limits;
		this.framed = framed;
		this.first = limits.firstMessage() != PortLimits.NEVER;
		this.begun = now;
		this.since = now;
	}

	/** The time of the first message begins only now. */
	void restartFirst(long now) {
		this.begun = now;
	}

	/** The time begins anew. */
	void restart(long now) {
		this.begun = now;
		this.since = now;
	}

	/** Some time does not count: it was we who did not read. */
	void forgive(long nanos) {
		this.begun += nanos;
		this.since += nanos;
	}

	/** The protocol has been given everything that has come. */
	void delivered(long now) {
		if (this.first && hasWhole()) {
			this.first = false;
		}
		observe(now);
	}

	private boolean hasWhole() {
		return this.framed == null || this.framed.framesReceived() > 0 || !this.framed.insideFrame();
	}

	private void observe(long now) {
		if (this.framed == null || this.limits.frame() == PortLimits.NEVER) {
			return;
		}
		long received = this.framed.framesReceived();
		boolean insideNow = this.framed.insideFrame();
		if (insideNow && (!this.inside || received != this.frames)) {
			this.since = now;
		}
		this.inside = insideNow;
		this.frames = received;
	}

	/**
	 * How long it may still take.
	 * @return nanoseconds, not more than zero if it is too late, or
	 * {@link PortLimits#NEVER}
	 */
	long left(long now) {
		// The protocol may have come upon another frame in what it had.
		observe(now);
		long frameLeft = frameLeft(now);
		long firstLeft = this.first ? this.limits.firstMessage() - (now - this.begun) : PortLimits.NEVER;
		this.firstIsNext = this.first && firstLeft <= frameLeft;
		return Math.min(firstLeft, frameLeft);
	}

	private long frameLeft(long now) {
		if (this.inside) {
			return this.limits.frame() - (now - this.since);
		}
		return (this.framed != null) ? this.limits.frame() : PortLimits.NEVER;
	}

	/** How long that might have taken which was found to be due, in nanoseconds. */
	long limit() {
		return this.firstIsNext ? this.limits.firstMessage() : this.limits.frame();
	}

	/** What took too long. */
	String what() {
		return this.firstIsNext ? "The first message" : "A message";
	}

}
