package dev.twisted.task;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.defer.Failure;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Tests for {@link CooperativeTask}.
 */
class CooperativeTaskTests {

	private final Turns loop = new Turns();

	private final List<String> lines = new ArrayList<>();

	/** One step a slice. */
	private final Cooperator cooperator = new Cooperator(this.loop, () -> () -> true, true);

	private final List<Failure> reported = new CopyOnWriteArrayList<>();

	private final Consumer<Failure> listener = this.reported::add;

	@BeforeEach
	void listen() {
		Deferreds.addUnhandledErrorListener(this.listener);
	}

	@AfterEach
	void removeListener() {
		Deferreds.removeUnhandledErrorListener(this.listener);
	}

	@Test
	void aPausedTaskTakesNoStepsUntilItIsResumed() throws Exception {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.writing(this.lines, "a", 2));
		this.loop.turn();
		task.pause();
		assertThat(this.loop.planned()).isEmpty();
		this.loop.turn(5);
		assertThat(this.lines).containsExactly("a1");
		task.resume();
		this.loop.turn();
		assertThat(this.lines).containsExactly("a1", "a2");
	}

	@Test
	void aTaskPausedTwiceHasToBeResumedTwice() throws Exception {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.writing(this.lines, "a", 1));
		task.pause();
		task.pause();
		task.resume();
		this.loop.turn(5);
		assertThat(this.lines).isEmpty();
		task.resume();
		this.loop.turn();
		assertThat(this.lines).containsExactly("a1");
	}

	@Test
	void resumingATaskThatIsNotPausedIsRefused() {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.writing(this.lines, "a", 1));
		assertThatExceptionOfType(NotPausedException.class).isThrownBy(task::resume);
	}

	@Test
	void resumingATaskThatOnlyWaitsForADeferredIsRefused() throws Exception {
		Deferred<String> deferred = new Deferred<>();
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> deferred, () -> this.lines.add("a2")));
		this.loop.turn();
		assertThatExceptionOfType(NotPausedException.class).isThrownBy(task::resume);
		this.loop.turn(5);
		assertThat(this.lines).isEmpty();
		deferred.callback("go on");
		this.loop.turn();
		assertThat(this.lines).containsExactly("a2");
	}

	@Test
	void aTaskPausedWhileItWaitsForADeferredGoesOnAfterBoth() throws Exception {
		Deferred<String> deferred = new Deferred<>();
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> deferred, () -> this.lines.add("a2")));
		this.loop.turn();
		task.pause();
		deferred.callback("go on");
		this.loop.turn(5);
		assertThat(this.lines).isEmpty();
		task.resume();
		this.loop.turn();
		assertThat(this.lines).containsExactly("a2");
	}

	@Test
	void aTaskResumedWhileItWaitsForADeferredStillWaits() throws Exception {
		Deferred<String> deferred = new Deferred<>();
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> deferred, () -> this.lines.add("a2")));
		this.loop.turn();
		task.pause();
		task.resume();
		this.loop.turn(5);
		assertThat(this.lines).isEmpty();
		deferred.callback("go on");
		this.loop.turn();
		assertThat(this.lines).containsExactly("a2");
	}

	@Test
	void aTaskStoppedWhileItIsAskedForItsNextStepStaysStopped() throws Exception {
		List<CooperativeTask<Iterator<String>>> task = new ArrayList<>();
		task.add(this.cooperator.cooperate(new Iterator<>() {

			@Override
			public boolean hasNext() {
				task.get(0).stop();
				return false;
			}

			@Override
			public String next() {
				throw new NoSuchElementException();
			}

		}));
		Outcome<Iterator<String>> outcome = Outcome.of(task.get(0).whenDone());
		this.loop.turn();
		assertThat(outcome.exception()).isInstanceOf(TaskStoppedException.class);
		assertThatExceptionOfType(TaskStoppedException.class).isThrownBy(task.get(0)::pause);
	}

	@Test
	void aTaskCanPauseItselfInAStep() throws Exception {
		List<CooperativeTask<Steps>> task = new ArrayList<>();
		task.add(this.cooperator.cooperate(Steps.of(() -> {
			task.get(0).pause();
			return this.lines.add("a1");
		}, () -> this.lines.add("a2"))));
		this.loop.turn(5);
		assertThat(this.lines).containsExactly("a1");
		task.get(0).resume();
		this.loop.turn(5);
		assertThat(this.lines).containsExactly("a1", "a2");
	}

	@Test
	void whenDoneFiresWithTheIteratorForEachWhoAsked() throws Exception {
		Iterator<String> work = Collections.emptyIterator();
		CooperativeTask<Iterator<String>> task = this.cooperator.cooperate(work);
		Outcome<Iterator<String>> first = Outcome.of(task.whenDone());
		Outcome<Iterator<String>> second = Outcome.of(task.whenDone());
		assertThat(first.fired()).isFalse();
		this.loop.turn();
		assertThat(first.value()).isSameAs(work);
		assertThat(second.value()).isSameAs(work);
	}

	@Test
	void whenDoneOfAFinishedTaskFiresAtOnce() throws Exception {
		Steps work = Steps.of();
		CooperativeTask<Steps> task = this.cooperator.cooperate(work);
		this.loop.turn();
		assertThat(Outcome.of(task.whenDone()).value()).isSameAs(work);
	}

	@Test
	void whenDoneFailsWithWhatAStepThrew() throws Exception {
		AssertionError failure = new AssertionError("broken");
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> {
			throw failure;
		}));
		Outcome<Steps> before = Outcome.of(task.whenDone());
		this.loop.turn();
		assertThat(before.exception()).isSameAs(failure);
		assertThat(Outcome.of(task.whenDone()).exception()).isSameAs(failure);
	}

	@Test
	void whenDoneOfATaskThatFailedUnheardStillGivesTheFailure() throws Exception {
		IllegalStateException failure = new IllegalStateException("broken");
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> {
			throw failure;
		}));
		this.loop.turn();
		assertThat(Outcome.of(task.whenDone()).exception()).isSameAs(failure);
	}

	@Test
	void aFailureOfWhichNobodyAskedIsReportedAsUnhandled() throws Exception {
		failedTask("unheard");
		awaitReport("unheard");
	}

	@Test
	void aFailureThatWasAskedForAfterwardsIsNotReported() throws Exception {
		Outcome.of(failedTask("heard").whenDone());
		failedTask("unheard");
		awaitReport("unheard");
		assertThat(this.reported).extracting(Failure::getErrorMessage).doesNotContain("heard");
	}

	@Test
	void aFailureOfADeferredAfterTheEndOfItsTaskIsReportedAsUnhandled() throws Exception {
		Deferred<String> deferred = new Deferred<>();
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> deferred));
		Outcome<Steps> outcome = Outcome.of(task.whenDone());
		this.loop.turn();
		task.stop();
		deferred.errback(new IllegalStateException("late"));
		assertThat(outcome.exception()).isInstanceOf(TaskStoppedException.class);
		awaitReport("late");
	}

	@Test
	void stopEndsTheTaskWithTaskStopped() throws Exception {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.writing(this.lines, "a", 5));
		Outcome<Steps> outcome = Outcome.of(task.whenDone());
		this.loop.turn();
		task.stop();
		assertThat(outcome.exception()).isInstanceOf(TaskStoppedException.class);
		this.loop.turn(5);
		assertThat(this.lines).containsExactly("a1");
	}

	@Test
	void aStoppedPausedTaskStaysStoppedWhenResumed() throws Exception {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.writing(this.lines, "a", 5));
		Outcome<Steps> outcome = Outcome.of(task.whenDone());
		task.pause();
		task.stop();
		task.resume();
		assertThat(this.loop.planned()).isEmpty();
		assertThat(outcome.exception()).isInstanceOf(TaskStoppedException.class);
	}

	@Test
	void stopWhileTheTaskWaitsForADeferredDoesNotCancelIt() throws Exception {
		Deferred<String> deferred = new Deferred<>();
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> deferred, () -> this.lines.add("a2")));
		Outcome<Steps> outcome = Outcome.of(task.whenDone());
		this.loop.turn();
		task.stop();
		assertThat(outcome.exception()).isInstanceOf(TaskStoppedException.class);
		assertThat(deferred.called()).isFalse();
		deferred.callback("too late");
		this.loop.turn(5);
		assertThat(this.lines).isEmpty();
	}

	@Test
	void aTaskThatStopsItselfInAStepTakesNoMore() throws Exception {
		List<CooperativeTask<Steps>> task = new ArrayList<>();
		task.add(this.cooperator.cooperate(Steps.of(() -> {
			task.get(0).stop();
			return Deferred.succeed("ignored");
		}, () -> this.lines.add("a2"))));
		Outcome<Steps> outcome = Outcome.of(task.get(0).whenDone());
		this.loop.turn(5);
		assertThat(outcome.exception()).isInstanceOf(TaskStoppedException.class);
		assertThat(this.lines).isEmpty();
	}

	@Test
	void pausingOrStoppingATaskThatIsDoneSaysSo() throws Exception {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of());
		this.loop.turn();
		assertThatExceptionOfType(TaskDoneException.class).isThrownBy(task::pause);
		assertThatExceptionOfType(TaskDoneException.class).isThrownBy(task::stop);
	}

	@Test
	void pausingOrStoppingATaskThatFailedSaysWhy() throws Exception {
		IllegalStateException failure = new IllegalStateException("broken");
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> {
			throw failure;
		}));
		Outcome.of(task.whenDone());
		this.loop.turn();
		assertThatExceptionOfType(TaskFailedException.class).isThrownBy(task::pause).withCause(failure);
		assertThatExceptionOfType(TaskFailedException.class).isThrownBy(task::stop).withCause(failure);
	}

	@Test
	void pausingOrStoppingAStoppedTaskSaysSo() {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of());
		task.stop();
		assertThatExceptionOfType(TaskStoppedException.class).isThrownBy(task::pause);
		assertThatExceptionOfType(TaskStoppedException.class).isThrownBy(task::stop);
	}

	private void awaitReport(String message) {
		Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
			System.gc();
			return this.reported.stream().anyMatch((failure) -> failure.getErrorMessage().equals(message));
		});
	}

	private CooperativeTask<Steps> failedTask(String message) throws Exception {
		CooperativeTask<Steps> task = this.cooperator.cooperate(Steps.of(() -> {
			throw new IllegalStateException(message);
		}));
		this.loop.turn();
		return task;
	}

}
