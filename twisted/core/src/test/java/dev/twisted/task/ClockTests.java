package dev.twisted.task;

import java.io.IOException;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.internet.AlreadyCancelledException;
import dev.twisted.internet.DelayedCall;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Clock}.
 */
class ClockTests {

	private final Clock clock = new Clock();

	private final List<String> ran = new ArrayList<>();

	@Test
	void timeBeginsAtZeroAndOnlyMovesWhenAdvanced() {
		assertThat(this.clock.seconds()).isZero();
		this.clock.advance(Duration.ofMillis(1500));
		this.clock.advance(Duration.ofMillis(500));
		assertThat(this.clock.seconds()).isEqualTo(seconds(2));
	}

	@Test
	void aCallRunsWhenTheClockReachesItsTimeAndNotBefore() {
		later(2, "call");
		this.clock.advance(Duration.ofMillis(1999));
		assertThat(this.ran).isEmpty();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.ran).containsExactly("call");
		this.clock.advance(seconds(10));
		assertThat(this.ran).containsExactly("call");
	}

	@Test
	void aCallWithoutDelayWaitsForTheNextAdvance() {
		later(0, "call");
		assertThat(this.ran).isEmpty();
		this.clock.advance(Duration.ZERO);
		assertThat(this.ran).containsExactly("call");
	}

	@Test
	void callsRunInTheOrderInWhichTheyAreDue() {
		later(3, "third");
		later(1, "first");
		later(2, "second");
		this.clock.advance(seconds(3));
		assertThat(this.ran).containsExactly("first", "second", "third");
	}

	@Test
	void callsDueTogetherRunInTheOrderInWhichTheyWereMade() {
		for (int i = 0; i < 12; i++) {
			later(1, "call " + i);
		}
		this.clock.advance(seconds(1));
		assertThat(this.ran).containsExactly("call 0", "call 1", "call 2", "call 3", "call 4", "call 5", "call 6",
				"call 7", "call 8", "call 9", "call 10", "call 11");
	}

	@Test
	void everyCallSeesTheEndOfTheAdvanceAsThePresent() {
		List<Duration> seen = new ArrayList<>();
		this.clock.callLater(seconds(1), () -> seen.add(this.clock.seconds()));
		this.clock.callLater(seconds(2), () -> seen.add(this.clock.seconds()));
		this.clock.advance(seconds(10));
		assertThat(seen).containsExactly(seconds(10), seconds(10));
	}

	@Test
	void aCallAddedByADueCallRunsInTheSameAdvanceIfItIsDueToo() {
		this.clock.callLater(seconds(1), () -> {
			later(0, "at once");
			later(1, "a second after");
		});
		this.clock.advance(seconds(5));
		assertThat(this.ran).containsExactly("at once");
		this.clock.advance(seconds(1));
		assertThat(this.ran).containsExactly("at once", "a second after");
	}

	@Test
	void anExceptionLeavesAdvanceAndTheOtherCallsRunInTheNextOne() {
		IllegalStateException failure = new IllegalStateException("broken");
		this.clock.callLater(seconds(1), () -> {
			throw failure;
		});
		later(1, "other");
		assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> this.clock.advance(seconds(1)))
			.isSameAs(failure);
		assertThat(this.ran).isEmpty();
		this.clock.advance(Duration.ZERO);
		assertThat(this.ran).containsExactly("other");
	}

	@Test
	void aCheckedExceptionLeavesAdvanceInsideAnUncheckedOne() {
		this.clock.callLater(Duration.ZERO, () -> {
			throw new IOException("broken");
		});
		assertThatExceptionOfType(UndeclaredThrowableException.class)
			.isThrownBy(() -> this.clock.advance(Duration.ZERO))
			.withCauseInstanceOf(IOException.class);
	}

	@Test
	void pumpAdvancesByEachAmountInTurn() {
		List<Duration> seen = new ArrayList<>();
		this.clock.callLater(seconds(1), () -> seen.add(this.clock.seconds()));
		this.clock.callLater(seconds(2), () -> seen.add(this.clock.seconds()));
		this.clock.pump(seconds(1), seconds(3), seconds(1));
		assertThat(seen).containsExactly(seconds(1), seconds(4));
		assertThat(this.clock.seconds()).isEqualTo(seconds(5));
	}

	@Test
	void aNegativeDelayIsRefusedAsOnAReactor() {
		assertThatIllegalArgumentException().isThrownBy(() -> later(-1, "never")).withMessageContaining("PT-1S");
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void timeDoesNotRunBackwards() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.clock.advance(seconds(-1)));
		assertThat(this.clock.seconds()).isZero();
	}

	@Test
	void theDelayedCallsAreThoseStillToCome() {
		DelayedCall late = later(5, "late");
		DelayedCall early = later(1, "early");
		DelayedCall cancelled = later(2, "cancelled");
		cancelled.cancel();
		assertThat(this.clock.getDelayedCalls()).containsExactly(early, late);
		this.clock.advance(seconds(1));
		assertThat(this.clock.getDelayedCalls()).containsExactly(late);
	}

	@Test
	void aCallIsNoLongerActiveWhileItRuns() {
		List<Boolean> active = new ArrayList<>();
		DelayedCall[] call = new DelayedCall[1];
		call[0] = this.clock.callLater(seconds(1), () -> active.add(call[0].active()));
		assertThat(call[0].active()).isTrue();
		this.clock.advance(seconds(1));
		assertThat(active).containsExactly(false);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aCancelledCallDoesNotRun() {
		DelayedCall call = later(1, "call");
		call.cancel();
		this.clock.advance(seconds(2));
		assertThat(this.ran).isEmpty();
		assertThat(call.active()).isFalse();
	}

	@Test
	void aCallCanCancelAnotherThatIsDueInTheSameAdvance() {
		DelayedCall[] second = new DelayedCall[1];
		this.clock.callLater(seconds(1), () -> second[0].cancel());
		second[0] = later(1, "second");
		this.clock.advance(seconds(1));
		assertThat(this.ran).isEmpty();
	}

	@Test
	void delayMovesACallFromWhenItWasDue() {
		DelayedCall call = later(3, "call");
		this.clock.advance(seconds(1));
		call.delay(seconds(2));
		assertThat(call.getTime()).isEqualTo(seconds(5));
		call.delay(seconds(-1));
		assertThat(call.getTime()).isEqualTo(seconds(4));
		this.clock.advance(Duration.ofMillis(2999));
		assertThat(this.ran).isEmpty();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.ran).containsExactly("call");
	}

	@Test
	void resetMovesACallToSomeTimeFromNow() {
		DelayedCall call = later(3, "call");
		this.clock.advance(seconds(2));
		call.reset(seconds(5));
		assertThat(call.getTime()).isEqualTo(seconds(7));
		this.clock.advance(Duration.ofMillis(4999));
		assertThat(this.ran).isEmpty();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(this.ran).containsExactly("call");
	}

	@Test
	void aCallThatIsMovedChangesItsPlaceInTheOrder() {
		DelayedCall first = later(1, "first");
		later(2, "second");
		first.reset(seconds(3));
		this.clock.advance(seconds(3));
		assertThat(this.ran).containsExactly("second", "first");
	}

	@Test
	void aCallMovedFromInsideAnotherChangesItsPlaceInTheOrder() {
		DelayedCall[] moved = new DelayedCall[1];
		this.clock.callLater(seconds(1), () -> moved[0].reset(seconds(2)));
		moved[0] = later(2, "moved");
		later(3, "other");
		this.clock.advance(seconds(1));
		this.clock.advance(seconds(2));
		assertThat(this.ran).containsExactly("moved", "other");
	}

	@Test
	void aCallCannotBeChangedAfterItWasMade() {
		DelayedCall call = later(1, "call");
		this.clock.advance(seconds(1));
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(call::cancel);
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> call.delay(seconds(1)));
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> call.reset(seconds(1)));
	}

	@Test
	void aCallCannotBeChangedAfterItWasCancelled() {
		DelayedCall call = later(1, "call");
		call.cancel();
		assertThatExceptionOfType(AlreadyCancelledException.class).isThrownBy(call::cancel);
		assertThatExceptionOfType(AlreadyCancelledException.class).isThrownBy(() -> call.delay(seconds(1)));
		assertThatExceptionOfType(AlreadyCancelledException.class).isThrownBy(() -> call.reset(seconds(1)));
	}

	private DelayedCall later(int delay, String name) {
		return this.clock.callLater(seconds(delay), () -> this.ran.add(name));
	}

	private static Duration seconds(int seconds) {
		return Duration.ofSeconds(seconds);
	}

}
