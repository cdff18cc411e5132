package dev.twisted.endpoints;

import java.time.Duration;

/**
 * How long a {@link ClientService} waits before it connects again.
 */
@FunctionalInterface
public interface RetryPolicy {

	/**
	 * The time before the next attempt.
	 * @param failedAttempts how many attempts in a row have failed, at least 1; a
	 * connection that was lost counts as the first
	 * @return how long to wait, not negative
	 */
	Duration delay(int failedAttempts);

}
