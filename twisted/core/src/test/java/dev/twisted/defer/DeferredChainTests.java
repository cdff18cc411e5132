package dev.twisted.defer;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for Deferreds that are returned from the callbacks of others.
 */
class DeferredChainTests {

	private final List<Object> seen = new ArrayList<>();

	@Test
	void aReturnedDeferredThatHasFiredIsTakenAtOnce() {
		Results results = Results.of(Deferred.succeed(1).compose((x) -> Deferred.succeed(x + 1)));
		assertThat(results.value()).isEqualTo(2);
	}

	@Test
	void aReturnedDeferredIsWaitedForAndHoldsTheChainUp() {
		Deferred<Integer> inner = new Deferred<>();
		Deferred<Integer> outer = Deferred.succeed(1).compose((x) -> inner);
		Results results = Results.of(outer);
		assertThat(results.none()).isTrue();
		assertThat(outer.paused()).isTrue();
		assertThat(outer.called()).isTrue();
		inner.callback(2);
		assertThat(results.value()).isEqualTo(2);
		assertThat(outer.paused()).isFalse();
	}

	@Test
	void aDeferredReturnedFromPlainAddCallbackIsWaitedForToo() {
		Deferred<Object> inner = new Deferred<>();
		Deferred<Object> outer = Deferred.succeed(1).addCallback((x) -> inner);
		Results results = Results.of(outer);
		inner.callback("inner");
		assertThat(results.value()).isEqualTo("inner");
	}

	@Test
	void recoverWaitsForTheDeferredThatTheErrbackReturns() {
		Deferred<String> inner = new Deferred<>();
		Deferred<String> outer = Deferred.fail(new IOException("gone"));
		Results results = Results.of(outer.recover((failure) -> inner));
		assertThat(results.none()).isTrue();
		inner.callback("instead");
		assertThat(results.value()).isEqualTo("instead");
	}

	@Test
	void theFailureOfAReturnedDeferredBecomesTheFailureOfTheOuterOne() {
		Failure failure = new Failure(new IOException("gone"));
		Deferred<Integer> inner = new Deferred<>();
		Results results = Results.of(Deferred.succeed(1).compose((x) -> inner));
		inner.errback(failure);
		assertThat(results.failure()).isSameAs(failure);
	}

	@Test
	void theInnerOneGoesOnWithNull() {
		Deferred<Integer> fired = Deferred.succeed(2);
		Results outer = Results.of(Deferred.succeed(1).compose((x) -> fired));
		assertThat(outer.value()).isEqualTo(2);
		assertThat(Results.of(fired).value()).isNull();
		Deferred<Integer> later = new Deferred<>();
		Results waiting = Results.of(Deferred.succeed(1).compose((x) -> later));
		Results own = Results.of(later);
		later.callback(3);
		assertThat(waiting.value()).isEqualTo(3);
		assertThat(own.value()).isNull();
	}

	@Test
	void theOuterOneGoesOnBeforeWhatWasAddedToTheInnerOneLater() {
		Deferred<Integer> inner = new Deferred<>();
		inner.doOnCallback((x) -> this.seen.add("inner before"));
		Deferred<Integer> outer = Deferred.succeed(1).compose((x) -> inner);
		outer.doOnCallback((x) -> this.seen.add("outer " + x));
		inner.doOnCallback((x) -> this.seen.add("inner after " + x));
		inner.callback(2);
		assertThat(this.seen).containsExactly("inner before", "outer 2", "inner after null");
	}

	@Test
	void aPausedInnerOneIsWaitedForEvenIfItHasFired() {
		Deferred<Integer> inner = Deferred.succeed(2);
		inner.pause();
		Results results = Results.of(Deferred.succeed(1).compose((x) -> inner));
		assertThat(results.none()).isTrue();
		inner.unpause();
		assertThat(results.value()).isEqualTo(2);
	}

	@Test
	void aPausedOuterOneKeepsTheResultUntilItIsUnpaused() {
		Deferred<Integer> inner = new Deferred<>();
		Deferred<Integer> outer = Deferred.succeed(1).compose((x) -> inner);
		Results results = Results.of(outer);
		outer.pause();
		inner.callback(2);
		assertThat(results.none()).isTrue();
		outer.unpause();
		assertThat(results.value()).isEqualTo(2);
	}

	@Test
	void oneThatReturnsItselfFailsInsteadOfWaitingForEver() {
		Deferred<Object> deferred = new Deferred<>();
		deferred.addCallback((x) -> deferred);
		Results results = Results.of(deferred);
		deferred.callback(1);
		assertThat(results.exception()).isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("waits for the very chain");
	}

	@Test
	void twoThatReturnEachOtherFailInsteadOfWaitingForEver() {
		Deferred<Object> first = new Deferred<>();
		Deferred<Object> second = new Deferred<>();
		first.addCallback((x) -> second);
		second.addCallback((x) -> first);
		Results results = Results.of(first);
		first.callback(1);
		second.callback(2);
		assertThat(results.exception()).isInstanceOf(IllegalStateException.class);
	}

	@Test
	void whatWasAddedToAShortenedLinkRunsWithNullOnceTheResultIsThere() {
		Deferred<Integer> last = new Deferred<>();
		Deferred<Integer> middle = new Deferred<>();
		Results outer = Results.of(Deferred.succeed(1).compose((x) -> middle.compose((y) -> last)));
		middle.callback(1);
		Results late = Results.of(middle);
		assertThat(middle.paused()).isTrue();
		assertThat(late.none()).isTrue();
		Results own = Results.of(last);
		last.callback(5);
		assertThat(outer.value()).isEqualTo(5);
		assertThat(late.value()).isNull();
		assertThat(own.value()).isNull();
	}

	@Test
	void whatIsAddedToAShortenedLinkAfterTheResultRunsAtOnceWithNull() {
		Deferred<Integer> last = new Deferred<>();
		Deferred<Integer> middle = new Deferred<>();
		Results outer = Results.of(Deferred.succeed(1).compose((x) -> middle.compose((y) -> last)));
		middle.callback(1);
		last.callback(5);
		assertThat(outer.value()).isEqualTo(5);
		assertThat(middle.paused()).isFalse();
		assertThat(Results.of(middle).value()).isNull();
	}

	@Test
	void oneWhoseLinkWasShortenedCanBeReturnedOnceMore() {
		Deferred<Integer> last = new Deferred<>();
		Deferred<Integer> middle = new Deferred<>();
		Results first = Results.of(Deferred.succeed(1).compose((x) -> middle.compose((y) -> last)));
		middle.callback(1);
		Results second = Results.of(Deferred.succeed(1).compose((x) -> middle));
		assertThat(second.none()).isTrue();
		last.callback(5);
		assertThat(first.value()).isEqualTo(5);
		assertThat(second.value()).isNull();
		Results third = Results.of(Deferred.succeed(1).compose((x) -> middle));
		assertThat(third.value()).isNull();
	}

	@Test
	void aHundredThousandNestedFromTheInsideNeedNoStack() {
		Deferred<Integer> innermost = new Deferred<>();
		Deferred<Integer> deferred = innermost;
		for (int i = 0; i < 100_000; i++) {
			Deferred<Integer> next = deferred;
			deferred = Deferred.succeed(0).compose((x) -> next).addCallback((x) -> x + 1);
		}
		Results results = Results.of(deferred);
		innermost.callback(0);
		assertThat(results.value()).isEqualTo(100_000);
	}

	@Test
	void aHundredThousandNestedFromTheOutsideNeedNoStack() {
		Deque<Deferred<Integer>> open = new ArrayDeque<>();
		Results results = Results.of(nest(open, 100_000));
		for (int left = 100_000; left > 0; left--) {
			open.removeFirst().callback(left - 1);
		}
		assertThat(results.none()).isTrue();
		open.removeFirst().callback(0);
		assertThat(results.value()).isEqualTo(100_000);
	}

	private Deferred<Integer> nest(Deque<Deferred<Integer>> open, int left) {
		Deferred<Integer> deferred = new Deferred<>();
		open.add(deferred);
		return (left > 0) ? deferred.compose((x) -> nest(open, x)).addCallback((x) -> x + 1) : deferred;
	}

	@Test
	void aHundredThousandThatHaveFiredAreTakenWithoutStack() {
		Deferred<Integer> deferred = Deferred.succeed(0);
		for (int i = 0; i < 100_000; i++) {
			Deferred<Integer> next = deferred;
			deferred = Deferred.succeed(0).compose((x) -> next).addCallback((x) -> x + 1);
		}
		assertThat(Results.of(deferred).value()).isEqualTo(100_000);
	}

	@Test
	void aLoopOfAMillionStepsKeepsNoneOfItsFinishedSteps() {
		Loop loop = new Loop(1_000_000);
		Deferred<Integer> all = Deferred.succeed(0).compose(loop::step);
		Results results = Results.of(all);
		for (int i = 0; i < 999_999; i++) {
			loop.tick();
		}
		assertThat(results.none()).isTrue();
		assertThat(loop.probes).hasSize(10);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			return loop.probes.stream().allMatch((probe) -> probe.get() == null);
		});
		loop.tick();
		assertThat(results.value()).isEqualTo(1_000_000);
	}

	@Test
	void aLoopWhoseFirstStepIsHeldKeepsNoneOfTheOthers() {
		Loop loop = new Loop(1_000);
		Deferred<Integer> first = loop.step(0);
		Results results = Results.of(Deferred.succeed(0).compose((x) -> first));
		for (int i = 0; i < 999; i++) {
			loop.tick();
		}
		assertThat(results.none()).isTrue();
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
			System.gc();
			return loop.probes.stream().skip(1).allMatch((probe) -> probe.get() == null);
		});
		assertThat(first.paused()).isTrue();
		loop.tick();
		assertThat(results.value()).isEqualTo(1_000);
	}

	/**
	 * Each step waits for a tick and returns the next step.
	 */
	private static final class Loop {

		private final List<WeakReference<Deferred<Integer>>> probes = new ArrayList<>();

		private final int steps;

		private Deferred<Integer> pending = new Deferred<>();

		private int next;

		Loop(int steps) {
			this.steps = steps;
		}

		Deferred<Integer> step(int x) {
			Deferred<Integer> deferred = new Deferred<>();
			if (x % (this.steps / 10) == 0) {
				this.probes.add(new WeakReference<>(deferred));
			}
			this.pending = deferred;
			this.next = x + 1;
			return (this.next < this.steps) ? deferred.compose(this::step) : deferred;
		}

		void tick() {
			this.pending.callback(this.next);
		}

	}

}
