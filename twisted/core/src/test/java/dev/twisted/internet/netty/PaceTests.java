package dev.twisted.internet.netty;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class PaceTests {

	private static final long SECOND = 1_000_000_000;

	private final long begin = Long.MAX_VALUE - SECOND;

	private final Pace pace = new Pace(100, this.begin);

	@Test
	void aWholeSecondsWorthMayBeUsedAtOnce() {
		assertThat(this.pace.use(100, this.begin)).isZero();
	}

	@Test
	void whoUsesMoreWaitsForAsLongAsItWouldHaveTaken() {
		assertThat(this.pace.use(350, this.begin)).isEqualTo(5 * SECOND / 2);
		assertThat(this.pace.left(this.begin + SECOND)).isEqualTo(3 * SECOND / 2);
		assertThat(this.pace.left(this.begin + 3 * SECOND)).isNegative();
	}

	@Test
	void noMoreThanOneSecondIsSavedUp() {
		long muchLater = this.begin + 1000 * SECOND;
		assertThat(this.pace.use(100, muchLater)).isZero();
		assertThat(this.pace.use(1, muchLater)).isEqualTo(SECOND / 100);
	}

	@Test
	void theLargestNumbersDoNotOverflow() {
		Pace slow = new Pace(1, this.begin);
		assertThat(slow.use(Integer.MAX_VALUE, this.begin)).isEqualTo((Integer.MAX_VALUE - 1) * SECOND);
	}

}
