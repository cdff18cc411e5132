package dev.twisted.internet.netty;

/**
 * So many in a second. What was not used of the last second may be used at once; who uses
 * more than there is has to wait until it has been made up for. One thread only; moments
 * are those of {@link System#nanoTime()}.
 */
final class Pace {

	private static final long SECOND = 1_000_000_000;

	private final int perSecond;

	/** Up to this moment everything has been used. */
	private long used;

	Pace(int perSecond, long now) {
		this.perSecond = perSecond;
		this.used = now - SECOND;
	}

	/**
	 * Use some.
	 * @return how many nanoseconds to wait before any more may be used; none if not more
	 * than zero
	 */
	long use(int number, long now) {
		long begin = Math.max(this.used - now, -SECOND);
		long wait = begin + number * SECOND / this.perSecond;
		this.used = now + wait;
		return wait;
	}

	/** How many nanoseconds there still are to wait; none if not more than zero. */
	long left(long now) {
		return this.used - now;
	}

}
