package dev.twisted.endpoints;

import java.time.Duration;
import java.util.stream.IntStream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

class BackoffPolicyTests {

	private static final Duration MAX = Duration.ofSeconds(60);

	private static BackoffPolicy withJitter(Duration jitter) {
		return new BackoffPolicy(Duration.ofSeconds(1), MAX, 1.5, () -> jitter);
	}

	@Test
	void withoutChanceTheWaitsAreThoseOfTwisted() {
		double[] expected = { 1.5, 2.25, 3.375, 5.06, 7.59, 11.39, 17.09, 25.63, 38.44, 57.67, 60, 60 };
		BackoffPolicy policy = withJitter(Duration.ZERO);
		for (int i = 0; i < expected.length; i++) {
			assertThat(policy.delay(i + 1).toMillis() / 1000.0).isCloseTo(expected[i], within(0.01));
		}
	}

	@Test
	void chanceIsAdded() {
		assertThat(withJitter(Duration.ofMillis(700)).delay(1)).isEqualTo(Duration.ofMillis(2200));
	}

	@ParameterizedTest
	@ValueSource(longs = { -100_000, -61_000, -1, 0, 1, 999, 60_000, 200_000 })
	void noWaitIsNegativeOrLongerThanTheLongest(long jitter) {
		BackoffPolicy policy = withJitter(Duration.ofMillis(jitter));
		assertThat(IntStream.of(1, 2, 10, 11, 1000, Integer.MAX_VALUE).mapToObj(policy::delay))
			.allSatisfy((delay) -> assertThat(delay).isBetween(Duration.ZERO, MAX));
	}

	@Test
	void atTheLongestWaitThereIsStillChance() {
		assertThat(withJitter(Duration.ofMillis(700)).delay(50)).isEqualTo(Duration.ofMillis(59_300));
	}

	@Test
	void chanceStaysBelowWhatItWasGiven() {
		assertThat(IntStream.range(0, 1000).mapToObj((i) -> BackoffPolicy.upTo(Duration.ofSeconds(1)).get()))
			.allSatisfy((chance) -> assertThat(chance).isBetween(Duration.ZERO, Duration.ofSeconds(1)));
	}

	@Test
	void valuesThatMakeNoSenseAreRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new BackoffPolicy(Duration.ofSeconds(-1), MAX, 1.5, () -> Duration.ZERO));
		assertThatIllegalArgumentException().isThrownBy(() -> new BackoffPolicy(MAX, MAX, 0.5, () -> Duration.ZERO));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> new BackoffPolicy(MAX, MAX, Double.NaN, () -> Duration.ZERO));
	}

}
