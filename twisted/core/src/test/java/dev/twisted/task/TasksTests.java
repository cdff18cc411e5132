package dev.twisted.task;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.defer.Action;
import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link Tasks}.
 */
class TasksTests {

	private final Clock clock = new Clock();

	@Test
	void deferLaterFiresWithTheResultOfTheFunctionAfterTheDelay() {
		Outcome<String> outcome = Outcome.of(Tasks.deferLater(this.clock, Duration.ofSeconds(2), () -> "result"));
		this.clock.advance(Duration.ofMillis(1999));
		assertThat(outcome.fired()).isFalse();
		this.clock.advance(Duration.ofMillis(1));
		assertThat(outcome.value()).isEqualTo("result");
	}

	@Test
	void deferLaterFailsWithWhatTheFunctionThrows() {
		IOException failure = new IOException("broken");
		Outcome<@Nullable Void> outcome = Outcome.of(Tasks.deferLater(this.clock, Duration.ofSeconds(1), () -> {
			throw failure;
		}));
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(outcome.exception()).isSameAs(failure);
	}

	@Test
	void deferLaterWaitsForADeferredThatTheFunctionReturns() {
		Deferred<String> inner = new Deferred<>();
		Deferred<Object> outer = Tasks.deferLater(this.clock, Duration.ofSeconds(1), () -> inner);
		Outcome<Object> outcome = Outcome.of(outer);
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(outcome.fired()).isFalse();
		inner.callback("result");
		assertThat(outcome.value()).isEqualTo("result");
	}

	@Test
	void deferLaterRunsAnAction() {
		List<String> ran = new ArrayList<>();
		Action action = () -> ran.add("action");
		Outcome<@Nullable Void> outcome = Outcome.of(Tasks.deferLater(this.clock, Duration.ofSeconds(1), action));
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(ran).containsExactly("action");
		assertThat(outcome.fired()).isTrue();
		assertThat(outcome.value()).isNull();
	}

	@Test
	void deferLaterWithoutAFunctionFiresWithNothing() {
		Outcome<@Nullable Void> outcome = Outcome.of(Tasks.deferLater(this.clock, Duration.ofSeconds(1)));
		assertThat(outcome.fired()).isFalse();
		this.clock.advance(Duration.ofSeconds(1));
		assertThat(outcome.fired()).isTrue();
		assertThat(outcome.value()).isNull();
		assertThat(outcome.exception()).isNull();
	}

	@Test
	void cancellingDeferLaterRemovesItsTimer() {
		List<String> ran = new ArrayList<>();
		Deferred<Boolean> deferred = Tasks.deferLater(this.clock, Duration.ofSeconds(1), () -> ran.add("call"));
		Outcome<Boolean> outcome = Outcome.of(deferred);
		deferred.cancel();
		assertThat(outcome.exception()).isInstanceOf(CancelledException.class);
		assertThat(this.clock.getDelayedCalls()).isEmpty();
		this.clock.advance(Duration.ofSeconds(2));
		assertThat(ran).isEmpty();
	}

	@Test
	void cancellingDeferLaterAfterItFiredDoesNothing() {
		Deferred<String> deferred = Tasks.deferLater(this.clock, Duration.ofSeconds(1), () -> "result");
		Outcome<String> outcome = Outcome.of(deferred);
		this.clock.advance(Duration.ofSeconds(1));
		deferred.cancel();
		assertThat(outcome.value()).isEqualTo("result");
	}

	@Test
	void cancellingDeferLaterCancelsTheDeferredThatTheFunctionReturned() {
		Deferred<String> inner = new Deferred<>();
		Deferred<Object> outer = Tasks.deferLater(this.clock, Duration.ZERO, () -> inner);
		Outcome<Object> outcome = Outcome.of(outer);
		this.clock.advance(Duration.ZERO);
		outer.cancel();
		assertThat(outcome.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void aNegativeDelayIsRefused() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> Tasks.deferLater(this.clock, Duration.ofSeconds(-1), () -> "never"));
	}

}
