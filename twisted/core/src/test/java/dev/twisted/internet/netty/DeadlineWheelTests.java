package dev.twisted.internet.netty;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DeadlineWheelTests {

	private static final long MILLI = 1_000_000;

	/** What a deadline may be late. */
	private static final long TICK = 68 * MILLI;

	private final long origin = Long.MAX_VALUE - 1000 * MILLI;

	private final DeadlineWheel wheel = new DeadlineWheel(this.origin);

	private final List<Probe> seen = new ArrayList<>();

	@Test
	void anEmptyWheelNeedsNoTurning() {
		assertThat(this.wheel.untilNext(this.origin)).isEqualTo(-1);
	}

	@Test
	void noDeadlineIsEarlyAndNoneIsLateByMoreThanATickHoweverFarItIs() {
		Random random = new Random(42);
		List<Probe> probes = new ArrayList<>();
		for (int i = 0; i < 2000; i++) {
			Probe probe = new Probe();
			probe.moment = this.origin + random.nextLong(300_000 * MILLI);
			probes.add(probe);
			this.wheel.set(probe, probe.moment);
		}
		turnUntilEmpty(this.origin);
		assertThat(probes).allSatisfy((probe) -> assertThat(probe.seenAt - probe.moment).isBetween(0L, TICK));
	}

	@Test
	void aDeadlineThatIsDroppedIsNeverDue() {
		Probe dropped = set(10);
		Probe kept = set(10);
		this.wheel.drop(dropped);
		turnUntilEmpty(this.origin);
		assertThat(this.seen).containsExactly(kept);
	}

	@Test
	void aDeadlineThatIsSetAgainIsDueOnlyThen() {
		Probe moved = set(10);
		moved.moment = this.origin + 50_000 * MILLI;
		this.wheel.set(moved, moved.moment);
		assertThat(this.wheel.size()).isEqualTo(1);
		this.wheel.turn(this.origin + 49_000 * MILLI);
		assertThat(this.seen).isEmpty();
		this.wheel.turn(this.origin + 51_000 * MILLI);
		assertThat(this.seen).containsExactly(moved);
	}

	@Test
	void whatIsDueMayDropOthersThatAreDueInTheSameTurn() {
		List<Probe> both = new ArrayList<>();
		for (int i = 0; i < 2; i++) {
			Probe probe = set(10);
			probe.action = () -> both.forEach(this.wheel::drop);
			both.add(probe);
		}
		this.wheel.turn(this.origin + 1000 * MILLI);
		assertThat(this.seen).hasSize(1);
		assertThat(this.wheel.size()).isZero();
	}

	@Test
	void whatIsDueMaySetItselfAgain() {
		Probe again = set(10);
		again.action = () -> this.wheel.set(again, this.origin + 2000 * MILLI);
		this.wheel.turn(this.origin + 1000 * MILLI);
		assertThat(this.wheel.size()).isEqualTo(1);
		again.action = () -> {
		};
		this.wheel.turn(this.origin + 3000 * MILLI);
		assertThat(this.seen).containsExactly(again, again);
	}

	@Test
	void aDeadlineInThePastIsDueInTheNextTurn() {
		this.wheel.turn(this.origin + 5000 * MILLI);
		Probe late = new Probe();
		this.wheel.set(late, this.origin + 10 * MILLI);
		assertThat(this.wheel.untilNext(this.origin + 5000 * MILLI)).isBetween(0L, TICK);
		this.wheel.turn(this.origin + 5000 * MILLI + TICK);
		assertThat(this.seen).containsExactly(late);
	}

	@Test
	void afterALongSleepEverythingThatIsDueIsSeenInOneTurn() {
		for (int i = 0; i < 100; i++) {
			set(i * 1000);
		}
		this.wheel.turn(this.origin + 200_000 * MILLI);
		assertThat(this.seen).hasSize(100);
	}

	private Probe set(long millis) {
		Probe probe = new Probe();
		probe.moment = this.origin + millis * MILLI;
		this.wheel.set(probe, probe.moment);
		return probe;
	}

	private void turnUntilEmpty(long from) {
		long now = from;
		for (long wait = this.wheel.untilNext(now); wait >= 0; wait = this.wheel.untilNext(now)) {
			now += wait;
			this.wheel.turn(now);
		}
	}

	private final class Probe extends Deadline {

		private long moment;

		private long seenAt;

		private Runnable action = () -> {
		};

		@Override
		void due(long now) {
			this.seenAt = now;
			DeadlineWheelTests.this.seen.add(this);
			this.action.run();
		}

	}

}
