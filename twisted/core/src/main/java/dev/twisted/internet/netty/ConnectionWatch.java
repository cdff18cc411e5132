package dev.twisted.internet.netty;

import java.time.Duration;

import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.Framed;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that one connection keeps to the limits of its port. Bytes that come and go
 * only leave a note of when they did; one deadline for all limits looks at the notes when
 * it is due, and is mostly set again. Loop thread only; moments are those of
 * {@link System#nanoTime()}.
 */
final class ConnectionWatch extends Deadline {

	private static final Logger logger = LoggerFactory.getLogger(ConnectionWatch.class);

	private final StreamConnection connection;

	private final Deadlines deadlines;

	private final PortLimits limits;

	private final @Nullable MessageClock messages;

	private final @Nullable Pace readPace;

	private final @Nullable Pace writePace;

	/** When bytes have last come or gone. */
	private long lastSign;

	/** When reading was last held. */
	private long heldSince;

	/** How far the output had come when the peer was last asked for a sign. */
	private long outputMark;

	ConnectionWatch(StreamConnection connection, Deadlines deadlines, PortLimits limits, Protocol protocol) {
		long now = System.nanoTime();
		this.connection = connection;
		this.deadlines = deadlines;
		this.limits = limits;
		this.messages = limits.timeMessages() ? new MessageClock(limits, protocol.adapt(Framed.class), now) : null;
		this.readPace = limits.readPace(now);
		this.writePace = limits.writePace(now);
		this.lastSign = now;
		lookAgain(now);
	}

	/** The TLS handshake is over, which had a time limit of its own. */
	void handshakeCompleted() {
		if (this.messages != null) {
			this.messages.restartFirst(System.nanoTime());
		}
	}

	/** Bytes have come, and the protocol has been given them. */
	void received(int bytes) {
		long now = System.nanoTime();
		this.lastSign = now;
		if (this.messages != null) {
			this.messages.delivered(now);
		}
		if (this.readPace != null) {
			long wait = this.readPace.use(bytes, now);
			if (wait > 0 && this.connection.incoming().holdBack()) {
				this.limits.throttled();
				this.heldSince = now;
				this.deadlines.notLater(this, now + wait, now);
			}
		}
		if (this.messages != null) {
			lookForMessage(this.messages, now);
		}
	}

	/** A frame that has just begun may be due before anything else is. */
	private void lookForMessage(MessageClock clock, long now) {
		long left = clock.left(now);
		if (left != PortLimits.NEVER) {
			this.deadlines.notLater(this, now + left, now);
		}
	}

	/**
	 * Bytes have been given to the socket.
	 * @param taken whether it took them all
	 */
	void sent(int bytes, boolean taken) {
		long now = System.nanoTime();
		if (taken) {
			this.lastSign = now;
		}
		else {
			this.outputMark = this.connection.outgoing().mark();
		}
		if (this.writePace != null) {
			long wait = this.writePace.use(bytes, now);
			if (wait > 0 && this.connection.outgoing().holdBack()) {
				this.limits.throttled();
				this.deadlines.notLater(this, now + wait, now);
			}
		}
	}

	/** The peer has taken all there was. */
	void drained() {
		this.lastSign = System.nanoTime();
	}

	/** The connection is gone. */
	void end() {
		this.deadlines.drop(this);
	}

	@Override
	void due(long now) {
		release(now);
		if (idleLeft(now) <= 0) {
			timedOut("%s has brought and taken nothing for %s", this.limits.idle());
		}
		else if (this.messages != null && messageLeft(this.messages, now) <= 0) {
			timedOut(this.messages.what() + " of %s took longer than %s", this.messages.limit());
		}
		else {
			lookAgain(now);
		}
	}

	/** Go on with what was held for long enough. */
	private void release(long now) {
		if (this.connection.incoming().heldBack() && (this.readPace == null || this.readPace.left(now) <= 0)) {
			this.lastSign = now;
			if (this.messages != null) {
				this.messages.forgive(now - this.heldSince);
			}
			this.connection.incoming().goOn();
		}
		if (this.connection.outgoing().heldBack() && (this.writePace == null || this.writePace.left(now) <= 0)) {
			this.lastSign = now;
			this.connection.outgoing().goOn();
		}
	}

	private long idleLeft(long now) {
		if (this.limits.idle() == PortLimits.NEVER) {
			return PortLimits.NEVER;
		}
		if (now - this.lastSign >= this.limits.idle() && excused()) {
			this.lastSign = now;
		}
		return this.limits.idle() - (now - this.lastSign);
	}

	/** Whether the peer could not give a sign, or has given one that was not noted. */
	private boolean excused() {
		if (this.connection.incoming().paused() || this.connection.incoming().heldBack()
				|| this.connection.outgoing().heldBack()) {
			return true;
		}
		long mark = this.connection.outgoing().mark();
		boolean moved = mark != this.outputMark;
		this.outputMark = mark;
		return moved;
	}

	private long messageLeft(MessageClock clock, long now) {
		if (this.connection.incoming().heldBack() || this.connection.disconnecting()) {
			return PortLimits.NEVER;
		}
		long left = clock.left(now);
		if (left <= 0 && this.connection.incoming().paused()) {
			clock.restart(now);
			left = clock.left(now);
		}
		return left;
	}

	/** Set the deadline to the next moment at which there is something to see. */
	private void lookAgain(long now) {
		long left = idleLeft(now);
		if (this.messages != null) {
			left = Math.min(left, messageLeft(this.messages, now));
		}
		if (this.readPace != null && this.connection.incoming().heldBack()) {
			left = Math.min(left, this.readPace.left(now));
		}
		if (this.writePace != null && this.connection.outgoing().heldBack()) {
			left = Math.min(left, this.writePace.left(now));
		}
		if (left != PortLimits.NEVER && !this.connection.ending().lost()) {
			this.deadlines.notLater(this, now + left, now);
		}
	}

	private void timedOut(String what, long limit) {
		this.limits.timedOut();
		String reason = what.formatted(this.connection, Duration.ofNanos(limit));
		logger.debug("{} is closed: {}", this.connection, reason);
		this.connection.ending().giveUp(new Failure(new TimeoutException(reason)));
	}

}
