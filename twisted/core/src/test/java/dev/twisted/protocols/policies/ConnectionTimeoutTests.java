package dev.twisted.protocols.policies;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.task.Clock;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class ConnectionTimeoutTests {

	private static final Duration SECOND = Duration.ofSeconds(1);

	private final Clock clock = new Clock();

	private final AtomicInteger strikes = new AtomicInteger();

	private final ConnectionTimeout timeout = new ConnectionTimeout(this.clock, this.strikes::incrementAndGet);

	@Test
	void itIsOffUntilItIsSet() {
		assertThat(this.timeout.timeout()).isNull();
		this.timeout.resetTimeout();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void itStrikesOnceWhenNothingHappens() {
		this.timeout.setTimeout(SECOND.multipliedBy(3));
		this.clock.pump(SECOND, SECOND);
		assertThat(this.strikes).hasValue(0);
		this.clock.pump(SECOND, SECOND.multipliedBy(10));
		assertThat(this.strikes).hasValue(1);
	}

	@Test
	void whateverHappensStartsItOver() {
		this.timeout.setTimeout(SECOND.multipliedBy(3));
		for (int i = 0; i < 10; i++) {
			this.clock.advance(SECOND.multipliedBy(2));
			this.timeout.resetTimeout();
		}
		assertThat(this.strikes).hasValue(0);
		this.clock.pump(SECOND, SECOND);
		assertThat(this.strikes).hasValue(0);
		this.clock.advance(SECOND);
		assertThat(this.strikes).hasValue(1);
	}

	@Test
	void aMillionResetsTakeOneTimer() {
		this.timeout.setTimeout(SECOND);
		for (int i = 0; i < 1_000_000; i++) {
			this.timeout.resetTimeout();
		}
		assertThat(this.clock.getDelayedCalls()).hasSize(1);
	}

	@Test
	void afterItHasStruckStartingOverDoesNothing() {
		this.timeout.setTimeout(SECOND);
		this.clock.advance(SECOND);
		this.timeout.resetTimeout();
		this.clock.advance(SECOND.multipliedBy(10));
		assertThat(this.strikes).hasValue(1);
		assertThat(this.timeout.timeout()).isNull();
	}

	@Test
	void itCanBeSetAgainAfterItHasStruck() {
		this.timeout.setTimeout(SECOND);
		this.clock.advance(SECOND);
		assertThat(this.timeout.setTimeout(SECOND)).isNull();
		this.clock.advance(SECOND);
		assertThat(this.strikes).hasValue(2);
	}

	@Test
	void settingItGivesWhatItWas() {
		assertThat(this.timeout.setTimeout(SECOND)).isNull();
		assertThat(this.timeout.setTimeout(SECOND.multipliedBy(2))).isEqualTo(SECOND);
		assertThat(this.timeout.setTimeout(null)).isEqualTo(SECOND.multipliedBy(2));
	}

	@Test
	void offLeavesNoTimerBehind() {
		this.timeout.setTimeout(SECOND);
		this.timeout.setTimeout(null);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		this.clock.advance(SECOND.multipliedBy(10));
		assertThat(this.strikes).hasValue(0);
	}

	@Test
	void aNegativeTimeIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.timeout.setTimeout(SECOND.negated()));
	}

}
