package dev.twisted.internet;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * What a port demands of the connections that come in through it, enforced where their
 * bytes pass anyway: a limit costs no timer and no object for each message. Does not
 * change; each method gives a copy with one thing different.
 * <p>
 * A connection that is too slow is closed, and the reason is a
 * {@link dev.twisted.defer.TimeoutException}; {@link ListeningPort#timedOutConnections}
 * counts it. Timeouts never strike early and at most a tenth of a second late.
 *
 * @param connectionsPerPeer how many connections may be open together that come from one
 * address, or from one /64 network where addresses are IPv6, since that is what a single
 * customer gets; more are closed at once. Unix sockets have no such address
 * @param acceptRate how many connections are accepted in a second; more wait in the
 * backlog of the operating system until it is their turn. What was not used of the last
 * second may be used at once
 * @param idleTimeout how long a connection may bring nothing and take nothing,
 * {@code null} for no limit. Time during which the protocol has paused reading does not
 * count
 * @param firstMessageTimeout how long the first message may take, from the beginning of
 * the connection or from the end of the TLS handshake, {@code null} for no limit. A
 * message is a whole frame of a {@link Framed} protocol; of others, any byte
 * @param frameTimeout how long a frame may take from its first byte to its end,
 * {@code null} for no limit; only for {@link Framed} protocols. Bytes that come one by
 * one do not prolong it
 * @param readLimit how many bytes in a second each connection may bring; it is not read
 * from while it has brought more
 * @param writeLimit how many bytes in a second each connection is sent; more waits, and
 * pauses producers and reading as if the peer did not take it
 * @param frameLength how many bytes a frame may have that a {@link Framed} protocol
 * receives, in place of the protocol's own limit, which {@link #UNLIMITED} leaves as it
 * is
 */
public record ConnectionLimits(int connectionsPerPeer, int acceptRate, @Nullable Duration idleTimeout,
		@Nullable Duration firstMessageTimeout, @Nullable Duration frameTimeout, int readLimit, int writeLimit,
		int frameLength) {

	/** For a number that is not limited. */
	public static final int UNLIMITED = Integer.MAX_VALUE;

	/** Nothing is limited. */
	public static final ConnectionLimits NONE = new ConnectionLimits(UNLIMITED, UNLIMITED, null, null, null, UNLIMITED,
			UNLIMITED, UNLIMITED);

	/**
	 * Checks the values.
	 * @throws IllegalArgumentException if a number or a time is not more than zero
	 */
	public ConnectionLimits {
		check(connectionsPerPeer, "connections per peer");
		check(acceptRate, "accepted connections per second");
		check(idleTimeout, "an idle timeout");
		check(firstMessageTimeout, "a timeout of the first message");
		check(frameTimeout, "a frame timeout");
		check(readLimit, "bytes per second");
		check(writeLimit, "bytes per second");
		check(frameLength, "bytes in a frame");
	}

	private static void check(int number, String what) {
		if (number < 1) {
			throw new IllegalArgumentException("There cannot be %d %s at most".formatted(number, what));
		}
	}

	private static void check(@Nullable Duration time, String what) {
		if (time != null && (time.isNegative() || time.isZero())) {
			throw new IllegalArgumentException("%s cannot be %s".formatted(time, what));
		}
	}

	/**
	 * The same with another number of connections per peer.
	 * @param connectionsPerPeer how many, {@link #UNLIMITED} for any number
	 * @return the limits
	 */
	public ConnectionLimits withConnectionsPerPeer(int connectionsPerPeer) {
		return new ConnectionLimits(connectionsPerPeer, this.acceptRate, this.idleTimeout, this.firstMessageTimeout,
				this.frameTimeout, this.readLimit, this.writeLimit, this.frameLength);
	}

	/**
	 * The same with another number of connections per second.
	 * @param acceptRate how many, {@link #UNLIMITED} for any number
	 * @return the limits
	 */
	public ConnectionLimits withAcceptRate(int acceptRate) {
		return new ConnectionLimits(this.connectionsPerPeer, acceptRate, this.idleTimeout, this.firstMessageTimeout,
				this.frameTimeout, this.readLimit, this.writeLimit, this.frameLength);
	}

	/**
	 * The same with another idle timeout.
	 * @param idleTimeout the time, {@code null} for no limit
	 * @return the limits
	 */
	public ConnectionLimits withIdleTimeout(@Nullable Duration idleTimeout) {
		return new ConnectionLimits(this.connectionsPerPeer, this.acceptRate, idleTimeout, this.firstMessageTimeout,
				this.frameTimeout, this.readLimit, this.writeLimit, this.frameLength);
	}

	/**
	 * The same with another time for the first message.
	 * @param firstMessageTimeout the time, {@code null} for no limit
	 * @return the limits
	 */
	public ConnectionLimits withFirstMessageTimeout(@Nullable Duration firstMessageTimeout) {
		return new ConnectionLimits(this.connectionsPerPeer, this.acceptRate, this.idleTimeout, firstMessageTimeout,
				this.frameTimeout, this.readLimit, this.writeLimit, this.frameLength);
	}

	/**
	 * The same with another time for a frame.
	 * @param frameTimeout the time, {@code null} for no limit
	 * @return the limits
	 */
	public ConnectionLimits withFrameTimeout(@Nullable Duration frameTimeout) {
		return new ConnectionLimits(this.connectionsPerPeer, this.acceptRate, this.idleTimeout,
				this.firstMessageTimeout, frameTimeout, this.readLimit, this.writeLimit, this.frameLength);
	}

	/**
	 * The same with another speed of reading.
	 * @param readLimit bytes per second, {@link #UNLIMITED} for any number
	 * @return the limits
	 */
	public ConnectionLimits withReadLimit(int readLimit) {
		return new ConnectionLimits(this.connectionsPerPeer, this.acceptRate, this.idleTimeout,
				this.firstMessageTimeout, this.frameTimeout, readLimit, this.writeLimit, this.frameLength);
	}

	/**
	 * The same with another speed of writing.
	 * @param writeLimit bytes per second, {@link #UNLIMITED} for any number
	 * @return the limits
	 */
	public ConnectionLimits withWriteLimit(int writeLimit) {
		return new ConnectionLimits(this.connectionsPerPeer, this.acceptRate, this.idleTimeout,
				this.firstMessageTimeout, this.frameTimeout, this.readLimit, writeLimit, this.frameLength);
	}

	/**
	 * The same with another length of frames.
	 * @param frameLength bytes of a frame, {@link #UNLIMITED} for what the protocol
	 * allows
	 * @return the limits
	 */
	public ConnectionLimits withFrameLength(int frameLength) {
		return new ConnectionLimits(this.connectionsPerPeer, this.acceptRate, this.idleTimeout,
				this.firstMessageTimeout, this.frameTimeout, this.readLimit, this.writeLimit, frameLength);
	}

}
