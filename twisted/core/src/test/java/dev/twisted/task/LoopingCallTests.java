package dev.twisted.task;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link LoopingCall}.
 */
class LoopingCallTests {

	private final Clock clock = new Clock();

	private final List<Long> calls = new ArrayList<>();

	private final List<Deferred<@Nullable Void>> pending = new ArrayList<>();

	@Test
	void theFirstCallIsMadeBeforeStartReturns() {
		LoopingCall loop = recording();
		loop.start(millis(1000));
		assertThat(this.calls).containsExactly(0L);
		this.clock.pump(millis(1000), millis(1000));
		assertThat(this.calls).containsExactly(0L, 1000L, 2000L);
	}

	@Test
	void theFirstCallIsMadeAfterOneIntervalIfNotNow() {
		LoopingCall loop = recording();
		loop.start(millis(1000), false);
		this.clock.advance(millis(999));
		assertThat(this.calls).isEmpty();
		this.clock.advance(millis(1));
		assertThat(this.calls).containsExactly(1000L);
	}

	@Test
	void callsStayOnTheGridAndMissedOnesAreSkipped() {
		recording().start(millis(1000));
		this.clock.pump(millis(1000), millis(1000), millis(500), millis(2700), millis(1000));
		assertThat(this.calls).containsExactly(0L, 1000L, 2000L, 5200L, 6200L);
	}

	@Test
	void aLateCallDoesNotMoveThoseAfterIt() {
		recording().start(millis(1000));
		this.clock.pump(millis(1300), millis(699), millis(1));
		assertThat(this.calls).containsExactly(0L, 1300L, 2000L);
	}

	@Test
	void oneLongAdvanceMakesOneCall() {
		recording().start(millis(1000), false);
		this.clock.advance(millis(10000));
		assertThat(this.calls).containsExactly(10000L);
	}

	@Test
	void theGridBeginsWhereTheLoopWasStarted() {
		this.clock.advance(millis(300));
		recording().start(millis(1000));
		this.clock.pump(millis(999), millis(1));
		assertThat(this.calls).containsExactly(300L, 1300L);
	}

	@Test
	void aReturnedDeferredHoldsUpTheNextCallUntilTheNextPointOfTheGrid() {
		LoopingCall loop = new LoopingCall(this.clock, this::recordAndWait);
		loop.start(millis(1000));
		this.clock.advance(millis(2500));
		assertThat(this.calls).containsExactly(0L);
		this.pending.get(0).callback(null);
		assertThat(this.calls).containsExactly(0L);
		this.clock.advance(millis(499));
		assertThat(this.calls).containsExactly(0L);
		this.clock.advance(millis(1));
		assertThat(this.calls).containsExactly(0L, 3000L);
	}

	@Test
	void anIntervalOfZeroCallsInEveryTurnWithoutRecursion() {
		LoopingCall[] loop = new LoopingCall[1];
		loop[0] = new LoopingCall(this.clock, () -> {
			this.calls.add(this.clock.seconds().toMillis());
			if (this.calls.size() == 50_000) {
				loop[0].stop();
			}
		});
		Outcome<LoopingCall> end = Outcome.of(loop[0].start(Duration.ZERO));
		assertThat(this.calls).hasSize(1);
		this.clock.advance(Duration.ZERO);
		assertThat(this.calls).hasSize(50_000);
		assertThat(end.value()).isSameAs(loop[0]);
	}

	@Test
	void stopBetweenCallsFiresTheStartDeferredWithTheLoop() {
		LoopingCall loop = recording();
		Outcome<LoopingCall> end = Outcome.of(loop.start(millis(1000)));
		this.clock.advance(millis(500));
		assertThat(end.fired()).isFalse();
		loop.stop();
		assertThat(end.value()).isSameAs(loop);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		this.clock.advance(millis(5000));
		assertThat(this.calls).containsExactly(0L);
	}

	@Test
	void stopInsideTheFunctionFiresTheStartDeferredAfterIt() {
		LoopingCall[] loop = new LoopingCall[1];
		List<String> order = new ArrayList<>();
		loop[0] = new LoopingCall(this.clock, () -> {
			loop[0].stop();
			order.add("function done");
		});
		Deferred<LoopingCall> end = loop[0].start(millis(1000), false);
		end.doOnCallback((loopingCall) -> order.add("fired"));
		this.clock.advance(millis(1000));
		assertThat(order).containsExactly("function done", "fired");
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void stopWhileTheDeferredOfTheFunctionIsPendingFiresOnlyAfterIt() {
		LoopingCall loop = new LoopingCall(this.clock, this::recordAndWait);
		Outcome<LoopingCall> end = Outcome.of(loop.start(millis(1000)));
		loop.stop();
		assertThat(loop.running()).isFalse();
		assertThat(end.fired()).isFalse();
		assertThat(this.pending.get(0).called()).as("not cancelled").isFalse();
		this.pending.get(0).callback(null);
		assertThat(end.value()).isSameAs(loop);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void aFailureAfterStopWhilePendingFailsTheStartDeferred() {
		LoopingCall loop = new LoopingCall(this.clock, this::recordAndWait);
		Outcome<LoopingCall> end = Outcome.of(loop.start(millis(1000)));
		loop.stop();
		IOException failure = new IOException("broken");
		this.pending.get(0).errback(failure);
		assertThat(end.exception()).isSameAs(failure);
	}

	@Test
	void anExceptionInTheFirstCallEndsTheLoopAndFailsTheStartDeferred() {
		IOException failure = new IOException("broken");
		LoopingCall loop = new LoopingCall(this.clock, () -> {
			throw failure;
		});
		Outcome<LoopingCall> end = Outcome.of(loop.start(millis(1000)));
		assertThat(end.exception()).isSameAs(failure);
		assertThat(loop.running()).isFalse();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void anExceptionInALaterCallEndsTheLoopAndFailsTheStartDeferred() {
		LoopingCall loop = new LoopingCall(this.clock, () -> {
			this.calls.add(this.clock.seconds().toMillis());
			if (this.calls.size() == 2) {
				throw new IOException("broken");
			}
		});
		Outcome<LoopingCall> end = Outcome.of(loop.start(millis(1000)));
		this.clock.advance(millis(1000));
		assertThat(end.exception()).isInstanceOf(IOException.class);
		assertThat(loop.running()).isFalse();
		this.clock.advance(millis(5000));
		assertThat(this.calls).containsExactly(0L, 1000L);
	}

	@Test
	void aFailureOfTheReturnedDeferredEndsTheLoopAndFailsTheStartDeferred() {
		LoopingCall loop = new LoopingCall(this.clock, this::recordAndWait);
		Outcome<LoopingCall> end = Outcome.of(loop.start(millis(1000)));
		IOException failure = new IOException("broken");
		this.pending.get(0).errback(failure);
		assertThat(end.exception()).isSameAs(failure);
		assertThat(loop.running()).isFalse();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void theLoopNoLongerRunsWhenTheStartDeferredFires() {
		LoopingCall loop = recording();
		List<Boolean> running = new ArrayList<>();
		loop.start(millis(1000)).doOnCallback((loopingCall) -> running.add(loopingCall.running()));
		loop.stop();
		assertThat(running).containsExactly(false);
	}

	@Test
	void resetBeginsTheGridAnew() {
		LoopingCall loop = recording();
		loop.start(millis(5000));
		this.clock.advance(millis(3000));
		loop.reset();
		this.clock.advance(millis(4999));
		assertThat(this.calls).containsExactly(0L);
		this.clock.advance(millis(1));
		assertThat(this.calls).containsExactly(0L, 8000L);
		this.clock.advance(millis(5000));
		assertThat(this.calls).containsExactly(0L, 8000L, 13000L);
	}

	@Test
	void resetInsideTheFunctionHasNoEffect() {
		LoopingCall[] loop = new LoopingCall[1];
		loop[0] = new LoopingCall(this.clock, () -> {
			this.calls.add(this.clock.seconds().toMillis());
			loop[0].reset();
		});
		loop[0].start(millis(1000));
		this.clock.pump(millis(1300), millis(700));
		assertThat(this.calls).containsExactly(0L, 1300L, 2000L);
	}

	@Test
	void resetWhileTheDeferredOfTheFunctionIsPendingHasNoEffect() {
		LoopingCall loop = new LoopingCall(this.clock, this::recordAndWait);
		loop.start(millis(1000));
		this.clock.advance(millis(300));
		loop.reset();
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		this.pending.get(0).callback(null);
		this.clock.advance(millis(700));
		assertThat(this.calls).containsExactly(0L, 1000L);
	}

	@Test
	void startingARunningLoopIsRefused() {
		LoopingCall loop = recording();
		loop.start(millis(1000));
		assertThatIllegalStateException().isThrownBy(() -> loop.start(millis(1000))).withMessageContaining("already");
		assertThat(this.calls).containsExactly(0L);
	}

	@Test
	void stoppingALoopThatDoesNotRunIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> recording().stop()).withMessageContaining("does not run");
	}

	@Test
	void resettingALoopThatDoesNotRunIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> recording().reset()).withMessageContaining("does not run");
	}

	@Test
	void aNegativeIntervalIsRefusedAndTheLoopDoesNotRun() {
		LoopingCall loop = recording();
		assertThatIllegalArgumentException().isThrownBy(() -> loop.start(millis(-1)))
			.withMessageContaining("PT-0.001S");
		assertThat(loop.running()).isFalse();
		assertThat(this.calls).isEmpty();
	}

	@Test
	void aLoopNeedsSomethingToCall() {
		assertThatNullPointerException().isThrownBy(() -> new LoopingCall(this.clock, (Action) null));
	}

	@Test
	void aStoppedLoopCanBeStartedAgainWithAnotherInterval() {
		LoopingCall loop = recording();
		loop.start(millis(1000));
		assertThat(loop.interval()).isEqualTo(millis(1000));
		loop.stop();
		this.clock.advance(millis(200));
		loop.start(millis(300));
		assertThat(loop.interval()).isEqualTo(millis(300));
		this.clock.advance(millis(300));
		assertThat(this.calls).containsExactly(0L, 200L, 500L);
	}

	@Test
	void aLoopStoppedAndStartedInsideItsFunctionFiresBothStartDeferreds() {
		LoopingCall[] loop = new LoopingCall[1];
		List<Outcome<LoopingCall>> ends = new ArrayList<>();
		loop[0] = new LoopingCall(this.clock, () -> {
			this.calls.add(this.clock.seconds().toMillis());
			if (this.calls.size() == 2) {
				loop[0].stop();
				ends.add(Outcome.of(loop[0].start(millis(300), false)));
			}
		});
		ends.add(Outcome.of(loop[0].start(millis(1000))));
		this.clock.advance(millis(1000));
		assertThat(ends.get(0).value()).isSameAs(loop[0]);
		assertThat(ends.get(1).fired()).isFalse();
		this.clock.pump(millis(300), millis(300));
		assertThat(this.calls).containsExactly(0L, 1000L, 1300L, 1600L);
		loop[0].stop();
		assertThat(ends.get(1).value()).isSameAs(loop[0]);
	}

	@Test
	void aClockThatTakesNoMoreCallsEndsTheLoopAndFailsTheStartDeferred() {
		IllegalStateException failure = new IllegalStateException("stopped");
		LoopingCall loop = new LoopingCall(new ClosedTime(failure), () -> {
		});
		Outcome<LoopingCall> end = Outcome.of(loop.start(millis(1000)));
		assertThat(end.exception()).isSameAs(failure);
		assertThat(loop.running()).isFalse();
	}

	@Test
	void countIsTheNumberOfGridPointsSinceTheLastCall() {
		counting().start(millis(1000));
		this.clock.pump(millis(1000), millis(3500), millis(500));
		assertThat(this.calls).containsExactly(0L, 1L, 1000L, 1L, 4500L, 3L, 5000L, 1L);
	}

	@Test
	void countBeginsWithOneWhenTheFirstCallIsNotNow() {
		counting().start(millis(1000), false);
		this.clock.pump(millis(1000), millis(2000));
		assertThat(this.calls).containsExactly(1000L, 1L, 3000L, 2L);
	}

	@Test
	void countWithAnIntervalOfZeroIsAlwaysOne() {
		LoopingCall[] loop = new LoopingCall[1];
		loop[0] = LoopingCall.withCount(this.clock, (count) -> {
			this.calls.add((long) count);
			if (this.calls.size() == 3) {
				loop[0].stop();
			}
		});
		loop[0].start(Duration.ZERO);
		this.clock.advance(millis(5000));
		assertThat(this.calls).containsExactly(1L, 1L, 1L);
	}

	@Test
	void countIncludesThePointsThatPassedWhileADeferredWasPending() {
		LoopingCall loop = LoopingCall.withCountDeferred(this.clock, (count) -> {
			this.calls.add((long) count);
			return recordAndWait();
		});
		loop.start(millis(1000));
		this.clock.advance(millis(2500));
		this.pending.get(0).callback(null);
		this.clock.advance(millis(500));
		assertThat(this.calls).containsExactly(1L, 0L, 3L, 3000L);
	}

	@Test
	void countIsOneForTheFirstCallAfterAReset() {
		LoopingCall loop = counting();
		loop.start(millis(5000));
		this.clock.advance(millis(3000));
		loop.reset();
		this.clock.advance(millis(5000));
		assertThat(this.calls).containsExactly(0L, 1L, 8000L, 1L);
	}

	@Test
	void aCountingCallThatComesBeforeItsPointOfTheGridIsNotMade() {
		counting().start(millis(1000), false);
		this.clock.getDelayedCalls().get(0).reset(millis(400));
		this.clock.advance(millis(400));
		assertThat(this.calls).isEmpty();
		this.clock.advance(millis(600));
		assertThat(this.calls).containsExactly(1000L, 1L);
	}

	@Test
	void countStartsAfreshWithEachStart() {
		LoopingCall loop = counting();
		loop.start(millis(1000));
		loop.stop();
		this.clock.advance(millis(10000));
		loop.start(millis(1000));
		assertThat(this.calls).containsExactly(0L, 1L, 10000L, 1L);
	}

	@Test
	void anExceptionInACountingActionEndsTheLoop() {
		LoopingCall loop = LoopingCall.withCount(this.clock, (count) -> {
			throw new IOException("broken");
		});
		Outcome<LoopingCall> end = Outcome.of(loop.start(millis(1000)));
		assertThat(end.exception()).isInstanceOf(IOException.class);
		assertThat(loop.running()).isFalse();
	}

	private LoopingCall recording() {
		return new LoopingCall(this.clock, () -> this.calls.add(this.clock.seconds().toMillis()));
	}

	private LoopingCall counting() {
		return LoopingCall.withCount(this.clock, (count) -> {
			this.calls.add(this.clock.seconds().toMillis());
			this.calls.add((long) count);
		});
	}

	private Deferred<@Nullable Void> recordAndWait() {
		this.calls.add(this.clock.seconds().toMillis());
		Deferred<@Nullable Void> deferred = new Deferred<>();
		this.pending.add(deferred);
		return deferred;
	}

	private static Duration millis(long millis) {
		return Duration.ofMillis(millis);
	}

}
