package dev.twisted.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

import dev.twisted.defer.Deferred;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Cooperator}.
 */
class CooperatorTests {

	private final Turns loop = new Turns();

	private final List<String> lines = new ArrayList<>();

	/** One step a slice. */
	private final Cooperator cooperator = new Cooperator(this.loop, () -> () -> true, true);

	@Test
	void aTaskTakesItsFirstStepInTheNextSlice() throws Exception {
		this.cooperator.cooperate(Steps.writing(this.lines, "a", 2));
		assertThat(this.lines).isEmpty();
		this.loop.turn(1);
		assertThat(this.lines).containsExactly("a1");
	}

	@Test
	void tasksTakeTurnsFromSliceToSlice() throws Exception {
		this.cooperator.cooperate(Steps.writing(this.lines, "a", 2));
		this.cooperator.cooperate(Steps.writing(this.lines, "b", 3));
		this.cooperator.cooperate(Steps.writing(this.lines, "c", 1));
		this.loop.turn(20);
		assertThat(this.lines).containsExactly("a1", "b1", "c1", "a2", "b2", "b3");
	}

	@Test
	void tasksTakeTurnsInsideASlice() throws Exception {
		Cooperator endless = new Cooperator(this.loop, () -> () -> false, true);
		endless.cooperate(Steps.writing(this.lines, "a", 2));
		endless.cooperate(Steps.writing(this.lines, "b", 2));
		this.loop.turn();
		assertThat(this.lines).containsExactly("a1", "b1", "a2", "b2");
	}

	@Test
	void aTaskAddedByAStepTakesItsTurnAfterThoseWaiting() throws Exception {
		this.cooperator.cooperate(Steps.of(() -> {
			this.cooperator.cooperate(Steps.writing(this.lines, "c", 1));
			return this.lines.add("a1");
		}, () -> this.lines.add("a2")));
		this.cooperator.cooperate(Steps.writing(this.lines, "b", 2));
		this.loop.turn(20);
		assertThat(this.lines).containsExactly("a1", "b1", "c1", "a2", "b2");
	}

	@Test
	void theTerminationPredicateIsMadeForEachSliceAndAskedAfterEachStep() throws Exception {
		List<String> asked = new ArrayList<>();
		Cooperator twoSteps = new Cooperator(this.loop, () -> {
			asked.add("slice");
			int[] steps = { 0 };
			return () -> {
				asked.add("step");
				return ++steps[0] == 2;
			};
		}, true);
		twoSteps.cooperate(Steps.writing(this.lines, "a", 3));
		this.loop.turn();
		assertThat(this.lines).containsExactly("a1", "a2");
		assertThat(asked).containsExactly("slice", "step", "step");
		this.loop.turn();
		assertThat(this.lines).containsExactly("a1", "a2", "a3");
		assertThat(asked).containsExactly("slice", "step", "step", "slice", "step", "step");
	}

	@Test
	void aSliceEndsAfterTenMillisecondsByDefault() throws Exception {
		Cooperator timed = new Cooperator(this.loop);
		long[] steps = { 0 };
		timed.cooperate(Stream.generate(() -> steps[0]++).iterator());
		long begin = System.nanoTime();
		this.loop.turn();
		Duration slice = Duration.ofNanos(System.nanoTime() - begin);
		assertThat(slice).isGreaterThanOrEqualTo(Duration.ofMillis(10)).isLessThan(Duration.ofSeconds(5));
		assertThat(steps[0]).isPositive();
		long afterFirst = steps[0];
		this.loop.turn();
		assertThat(steps[0]).isGreaterThan(afterFirst);
		timed.stop();
	}

	@Test
	void aStepThatGivesADeferredPausesItsTaskAndNoOther() throws Exception {
		Deferred<String> deferred = new Deferred<>();
		this.cooperator.cooperate(Steps.of(() -> deferred, () -> this.lines.add("a2")));
		this.cooperator.cooperate(Steps.writing(this.lines, "b", 2));
		this.loop.turn(20);
		assertThat(this.lines).containsExactly("b1", "b2");
		assertThat(this.loop.planned()).isEmpty();
		deferred.callback("go on");
		assertThat(this.lines).as("not inside the callback").containsExactly("b1", "b2");
		this.loop.turn(20);
		assertThat(this.lines).containsExactly("b1", "b2", "a2");
	}

	@Test
	void aStepThatGivesAFiredDeferredGoesOn() throws Exception {
		this.cooperator.cooperate(Steps.of(() -> Deferred.succeed("now"), () -> this.lines.add("a2")));
		this.loop.turn(20);
		assertThat(this.lines).containsExactly("a2");
	}

	@Test
	void aStepThatGivesAFailedDeferredFailsTheTask() throws Exception {
		IllegalStateException failure = new IllegalStateException("broken");
		Deferred<Steps> done = this.cooperator
			.coiterate(Steps.of(() -> Deferred.fail(failure), () -> this.lines.add("a2")));
		Outcome<Steps> outcome = Outcome.of(done);
		this.loop.turn(20);
		assertThat(outcome.exception()).isSameAs(failure);
		assertThat(this.lines).isEmpty();
	}

	@Test
	void coiterateFiresWithTheIteratorWhenItHasNoMoreSteps() throws Exception {
		Steps steps = Steps.writing(this.lines, "a", 2);
		Outcome<Steps> outcome = Outcome.of(this.cooperator.coiterate(steps));
		this.loop.turn(2);
		assertThat(outcome.fired()).isFalse();
		this.loop.turn(1);
		assertThat(outcome.value()).isSameAs(steps);
	}

	@Test
	void coiterateFailsWithWhatAStepThrew() throws Exception {
		IllegalStateException failure = new IllegalStateException("broken");
		Outcome<Steps> outcome = Outcome.of(this.cooperator.coiterate(Steps.of(() -> {
			throw failure;
		})));
		this.loop.turn(1);
		assertThat(outcome.exception()).isSameAs(failure);
	}

	@Test
	void aFailingTaskLeavesTheOthersAlone() throws Exception {
		Outcome.of(this.cooperator.coiterate(Steps.of(() -> {
			throw new IllegalStateException("broken");
		})));
		this.cooperator.cooperate(Steps.writing(this.lines, "b", 2));
		this.loop.turn(20);
		assertThat(this.lines).containsExactly("b1", "b2");
	}

	@Test
	void noSliceIsPlannedWhenThereIsNothingToDo() throws Exception {
		assertThat(this.loop.planned()).isEmpty();
		this.cooperator.cooperate(Steps.writing(this.lines, "a", 1));
		assertThat(this.loop.planned()).hasSize(1);
		this.loop.turn(20);
		assertThat(this.loop.planned()).isEmpty();
	}

	@Test
	void endingTheLastTaskCancelsThePlannedSlice() throws Exception {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.writing(this.lines, "a", 1));
		assertThat(this.loop.planned()).hasSize(1);
		task.stop();
		assertThat(this.loop.planned()).isEmpty();
	}

	@Test
	void aCooperatorThatIsNotStartedKeepsItsTasksUntilItIs() throws Exception {
		Cooperator waiting = new Cooperator(this.loop, () -> () -> true, false);
		assertThat(waiting.running()).isFalse();
		waiting.cooperate(Steps.writing(this.lines, "a", 1));
		this.loop.turn(5);
		assertThat(this.lines).isEmpty();
		waiting.start();
		assertThat(waiting.running()).isTrue();
		this.loop.turn(5);
		assertThat(this.lines).containsExactly("a1");
	}

	@Test
	void startingARunningCooperatorChangesNothing() throws Exception {
		this.cooperator.cooperate(Steps.writing(this.lines, "a", 1));
		this.cooperator.start();
		assertThat(this.loop.planned()).hasSize(1);
		assertThat(this.cooperator.running()).isTrue();
	}

	@Test
	void stopFailsTheTasksAndPlansNoMoreSlices() throws Exception {
		Outcome<Steps> first = Outcome.of(this.cooperator.coiterate(Steps.writing(this.lines, "a", 5)));
		Outcome<Steps> second = Outcome.of(this.cooperator.coiterate(Steps.writing(this.lines, "b", 5)));
		this.loop.turn(1);
		this.cooperator.stop();
		assertThat(this.cooperator.running()).isFalse();
		assertThat(first.exception()).isInstanceOf(SchedulerStoppedException.class);
		assertThat(second.exception()).isInstanceOf(SchedulerStoppedException.class);
		assertThat(this.loop.planned()).isEmpty();
		assertThat(this.lines).containsExactly("a1");
	}

	@Test
	void stopFailsPausedAndWaitingTasksToo() throws Exception {
		Deferred<String> pending = new Deferred<>();
		Outcome<Steps> waiting = Outcome.of(this.cooperator.coiterate(Steps.of(() -> pending)));
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.writing(this.lines, "b", 1));
		task.pause();
		Outcome<Steps> paused = Outcome.of(task.whenDone());
		this.loop.turn(1);
		this.cooperator.stop();
		assertThat(waiting.exception()).isInstanceOf(SchedulerStoppedException.class);
		assertThat(paused.exception()).isInstanceOf(SchedulerStoppedException.class);
		pending.callback("too late");
		assertThat(this.loop.planned()).isEmpty();
	}

	@Test
	void aTaskAddedToAStoppedCooperatorFailsAtOnce() throws Exception {
		this.cooperator.stop();
		Outcome<Steps> outcome = Outcome.of(this.cooperator.coiterate(Steps.writing(this.lines, "a", 1)));
		assertThat(outcome.exception()).isInstanceOf(SchedulerStoppedException.class);
		assertThat(this.loop.planned()).isEmpty();
	}

	@Test
	void aStoppedCooperatorCanBeStartedAgain() throws Exception {
		this.cooperator.stop();
		this.cooperator.start();
		this.cooperator.cooperate(Steps.writing(this.lines, "a", 1));
		this.loop.turn(1);
		assertThat(this.lines).containsExactly("a1");
	}

	@Test
	void aCooperatorStoppedByTheEndOfOneOfItsTasksFailsTheOthers() throws Exception {
		this.cooperator.coiterate(Collections.emptyIterator()).doOnCallback((iterator) -> this.cooperator.stop());
		Outcome<Steps> other = Outcome.of(this.cooperator.coiterate(Steps.writing(this.lines, "b", 5)));
		this.loop.turn(5);
		assertThat(other.exception()).isInstanceOf(SchedulerStoppedException.class);
		assertThat(this.lines).isEmpty();
		assertThat(this.loop.planned()).isEmpty();
	}

	@Test
	void aCooperatorStoppedByAStepFailsTheTaskOfThatStep() throws Exception {
		Outcome<Steps> outcome = Outcome.of(this.cooperator.coiterate(Steps.of(() -> {
			this.cooperator.stop();
			return null;
		}, () -> this.lines.add("a2"))));
		this.loop.turn(5);
		assertThat(outcome.exception()).isInstanceOf(SchedulerStoppedException.class);
		assertThat(this.lines).isEmpty();
	}

	@Test
	void anExceptionOfTheTerminationPredicateLeavesTheSliceAndTheNextOneGoesOn() throws Exception {
		IllegalStateException failure = new IllegalStateException("broken");
		List<BooleanSupplier> predicates = new ArrayList<>(List.of(() -> {
			throw failure;
		}, () -> false));
		Cooperator fragile = new Cooperator(this.loop, () -> predicates.remove(0), true);
		fragile.cooperate(Steps.writing(this.lines, "a", 2));
		assertThatIllegalStateException().isThrownBy(() -> this.loop.turn()).isSameAs(failure);
		this.loop.turn();
		assertThat(this.lines).containsExactly("a1", "a2");
	}

	@Test
	void pausingATaskAfterItsCooperatorWasStoppedSaysSo() throws Exception {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.writing(this.lines, "a", 1));
		this.cooperator.stop();
		assertThatExceptionOfType(SchedulerStoppedException.class).isThrownBy(task::pause);
	}

}
