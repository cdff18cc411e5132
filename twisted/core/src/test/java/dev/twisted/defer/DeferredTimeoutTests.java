package dev.twisted.defer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Deferred#addTimeout}.
 */
class DeferredTimeoutTests {

	private static final Duration LIMIT = Duration.ofSeconds(3);

	private final List<Object> seen = new ArrayList<>();

	private final Timers timers = new Timers();

	@Test
	void aResultInTimePassesAndRemovesTheTimer() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred.addTimeout(LIMIT, this.timers));
		assertThat(this.timers.pending).hasSize(1);
		deferred.callback(1);
		assertThat(results.value()).isEqualTo(1);
		assertThat(this.timers.pending).isEmpty();
	}

	@Test
	void aFailureInTimePassesAndRemovesTheTimer() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred.addTimeout(LIMIT, this.timers));
		deferred.errback(new IOException("gone"));
		assertThat(results.exception()).hasMessage("gone");
		assertThat(this.timers.pending).isEmpty();
	}

	@Test
	void whenTheTimeIsUpItIsCancelledAndFailsWithATimeout() {
		Deferred<Integer> deferred = new Deferred<>(this.seen::add);
		Results results = Results.of(deferred.addTimeout(LIMIT, this.timers));
		this.timers.expire();
		assertThat(this.seen).containsExactly(deferred);
		assertThat(results.exception()).isInstanceOf(TimeoutException.class).hasMessageContaining("PT3S");
	}

	@Test
	void onlyACancellationIsTurnedIntoATimeout() {
		Deferred<Integer> other = new Deferred<>((cancelled) -> cancelled.errback(new IOException("stopped")));
		Results failed = Results.of(other.addTimeout(LIMIT, this.timers));
		this.timers.expire();
		assertThat(failed.exception()).hasMessage("stopped");
		Deferred<Integer> fired = new Deferred<>((cancelled) -> cancelled.callback(7));
		Results good = Results.of(fired.addTimeout(LIMIT, this.timers));
		this.timers.expire();
		assertThat(good.value()).isEqualTo(7);
	}

	@Test
	void aCancellationBeforeTheTimeIsUpStaysOne() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred.addTimeout(LIMIT, this.timers));
		deferred.cancel();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
		assertThat(this.timers.pending).isEmpty();
	}

	@Test
	void onTimeoutCancelDecidesWhatComesOfATimeout() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred.addTimeout(LIMIT, this.timers, (result, failure) -> {
			this.seen.add(failure.value());
			return 9;
		}));
		this.timers.expire();
		assertThat(results.value()).isEqualTo(9);
		assertThat(this.seen).hasSize(1).hasOnlyElementsOfType(CancelledException.class);
	}

	@Test
	void onTimeoutCancelIsNotCalledInTime() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred.addTimeout(LIMIT, this.timers, (result, failure) -> 9));
		deferred.callback(1);
		assertThat(results.value()).isEqualTo(1);
		Deferred<Integer> cancelled = new Deferred<>();
		Results others = Results.of(cancelled.addTimeout(LIMIT, this.timers, (result, failure) -> 9));
		cancelled.cancel();
		assertThat(others.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void itCountsForTheCallbacksBeforeItAndNotForThoseAfter() {
		Deferred<Integer> before = new Deferred<>();
		Deferred<Integer> after = new Deferred<>();
		Results results = Results
			.of(Deferred.succeed(1).compose((x) -> before).addTimeout(LIMIT, this.timers).compose((x) -> after));
		before.callback(1);
		assertThat(this.timers.pending).isEmpty();
		after.callback(2);
		assertThat(results.value()).isEqualTo(2);
		Deferred<Integer> slow = new Deferred<>();
		Results late = Results.of(Deferred.succeed(1).compose((x) -> slow).addTimeout(LIMIT, this.timers));
		this.timers.expire();
		assertThat(late.exception()).isInstanceOf(TimeoutException.class);
	}

	@Test
	void aFiredOneLeavesNoTimerBehind() {
		Results results = Results.of(Deferred.succeed(1).addTimeout(LIMIT, this.timers));
		assertThat(results.value()).isEqualTo(1);
		assertThat(this.timers.pending).isEmpty();
	}

	@Test
	void aClockThatRefusesTheTimeLeavesTheDeferredAsItIs() {
		Deferred<Integer> deferred = new Deferred<>();
		assertThatIllegalArgumentException().isThrownBy(() -> deferred.addTimeout(LIMIT, (delay, call) -> {
			throw new IllegalArgumentException("not now");
		}));
		deferred.callback(1);
		assertThat(Results.of(deferred).value()).isEqualTo(1);
	}

	@Test
	void aTimerThatIsGoneAlreadyDoesNotSpoilTheResult() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred.addTimeout(LIMIT, (delay, call) -> () -> {
			throw new AlreadyCalledException("gone");
		}));
		deferred.callback(1);
		assertThat(results.value()).isEqualTo(1);
	}

	/**
	 * Timers that go off by hand.
	 */
	private static final class Timers implements CallLater {

		private final List<Action> pending = new ArrayList<>();

		@Override
		public Cancellable callLater(Duration delay, Action call) {
			assertThat(delay).isEqualTo(LIMIT);
			this.pending.add(call);
			return () -> this.pending.remove(call);
		}

		void expire() {
			List<Action> due = new ArrayList<>(this.pending);
			this.pending.clear();
			for (Action call : due) {
				try {
					call.run();
				}
				catch (Exception ex) {
					throw new AssertionError(ex);
				}
			}
		}

	}

}
