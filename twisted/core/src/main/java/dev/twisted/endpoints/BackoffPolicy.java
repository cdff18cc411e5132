package dev.twisted.endpoints;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Waits that grow by a factor each time, with some chance in them, so that many clients
 * do not come back all at once. Follows Twisted's {@code backoffPolicy}.
 * <p>
 * Without chance the waits are 1.5, 2.25, 3.4 seconds and so on up to 60. Different from
 * Twisted's, chance makes no wait longer than the longest one, and none negative: what
 * would be too long becomes shorter by as much.
 *
 * @param initialDelay what the first wait is made from, by multiplying it once
 * @param maxDelay the longest wait
 * @param factor by what the wait is multiplied each time, at least 1
 * @param jitter what to add to each wait
 */
public record BackoffPolicy(Duration initialDelay, Duration maxDelay, double factor,
		Supplier<Duration> jitter) implements RetryPolicy {

	/** One second, 60 seconds, 1.5, and up to one second of chance. */
	public static final BackoffPolicy DEFAULT = new BackoffPolicy(Duration.ofSeconds(1), Duration.ofSeconds(60), 1.5,
			upTo(Duration.ofSeconds(1)));

	/** Beyond this many the result is the longest wait with any factor that grows. */
	private static final int MOST_ATTEMPTS = 10_000;

	/**
	 * Checks the values.
	 */
	public BackoffPolicy {
		if (initialDelay.isNegative() || maxDelay.isNegative()) {
			throw new IllegalArgumentException(
					"A delay cannot be negative: %s, at most %s".formatted(initialDelay, maxDelay));
		}
		if (!(factor >= 1) || Double.isInfinite(factor)) {
			throw new IllegalArgumentException("Delays do not grow by a factor of " + factor);
		}
	}

	/**
	 * Chance, evenly spread.
	 * @param most what comes out at most
	 * @return gives another time each time
	 */
	public static Supplier<Duration> upTo(Duration most) {
		return () -> Duration.ofNanos((long) (ThreadLocalRandom.current().nextDouble() * most.toNanos()));
	}

	@Override
	public Duration delay(int failedAttempts) {
		double max = this.maxDelay.toNanos();
		double grown = this.initialDelay.toNanos() * Math.pow(this.factor, Math.min(MOST_ATTEMPTS, failedAttempts));
		double delay = Math.min(grown, max) + this.jitter.get().toNanos();
		if (delay > max) {
			delay = 2 * max - delay;
		}
		return Duration.ofNanos((long) Math.min(max, Math.max(0, delay)));
	}

}
