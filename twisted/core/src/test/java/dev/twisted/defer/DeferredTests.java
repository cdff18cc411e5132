package dev.twisted.defer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicReference;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * Tests for {@link Deferred}: one chain, fired once, run in order.
 */
class DeferredTests {

	private final List<Object> seen = new ArrayList<>();

	@Test
	void everyAddReturnsTheSameObject() {
		Deferred<Integer> deferred = new Deferred<>();
		assertThat((Object) deferred.addCallback((x) -> x)).isSameAs(deferred);
		assertThat(deferred.addErrback((failure) -> 1)).isSameAs(deferred);
		assertThat((Object) deferred.addCallbacks((x) -> x, (failure) -> 1)).isSameAs(deferred);
		assertThat((Object) deferred.addBoth((x, failure) -> x)).isSameAs(deferred);
		assertThat((Object) deferred.compose(Deferred::succeed)).isSameAs(deferred);
		assertThat(deferred.recover((failure) -> Deferred.succeed(1))).isSameAs(deferred);
		assertThat(deferred.doOnCallback(this.seen::add)).isSameAs(deferred);
		assertThat(deferred.doOnErrback(this.seen::add)).isSameAs(deferred);
		assertThat(deferred.doOnBoth(() -> this.seen.add("both"))).isSameAs(deferred);
	}

	@Test
	void callbacksRunInTheOrderInWhichTheyWereAddedEachWithTheResultOfTheOneBefore() {
		Deferred<Integer> deferred = new Deferred<>();
		for (int i = 1; i <= 40; i++) {
			int step = i;
			deferred.addCallback((x) -> {
				this.seen.add(step);
				return x + step;
			});
		}
		Results results = Results.of(deferred);
		assertThat(this.seen).isEmpty();
		deferred.callback(0);
		assertThat(results.value()).isEqualTo(820);
		assertThat(this.seen).hasSize(40).isSorted();
	}

	@Test
	void aCallbackAddedToAFiredDeferredRunsAtOnce() {
		Deferred<String> deferred = Deferred.succeed("result");
		deferred.addCallback(this.seen::add);
		assertThat(this.seen).containsExactly("result");
	}

	@Test
	void aNullResultIsAResult() {
		Deferred<String> deferred = new Deferred<>();
		deferred.callback(null);
		assertThat(deferred.called()).isTrue();
		deferred.addCallback(this.seen::add);
		assertThat(this.seen).hasSize(1).containsOnlyNulls();
	}

	@Test
	void anExceptionInACallbackGoesToTheNextErrback() {
		IOException exception = new IOException("gone");
		Results results = Results.of(Deferred.succeed(1).addCallback((x) -> {
			throw exception;
		}).addCallback((x) -> this.seen.add("not called")));
		assertThat(results.exception()).isSameAs(exception);
		assertThat(this.seen).isEmpty();
	}

	@Test
	void anErrorInACallbackBecomesAFailureToo() {
		Error error = new AssertionError("wrong");
		Results results = Results.of(Deferred.succeed(1).addCallback((x) -> {
			throw error;
		}));
		assertThat(results.exception()).isSameAs(error);
	}

	@Test
	void aVirtualMachineErrorBecomesAFailureAndIsLoggedAsWell() {
		Logger logger = (Logger) LoggerFactory.getLogger(Deferred.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		logger.setAdditive(false);
		try {
			Results results = Results.of(Deferred.succeed(1).addCallback(this::recurse));
			assertThat(results.exception()).isInstanceOf(StackOverflowError.class);
			assertThat(log.list).extracting((event) -> event.getThrowableProxy().getClassName())
				.contains(StackOverflowError.class.getName());
		}
		finally {
			logger.setAdditive(true);
			logger.detachAppender(log);
		}
	}

	@SuppressWarnings("InfiniteRecursion")
	private int recurse(int x) {
		return recurse(x + 1) + 1;
	}

	@Test
	void anExceptionInAnErrbackGoesToTheNextErrback() {
		Results results = Results.of(Deferred.fail(new IOException("first")).addErrback((failure) -> {
			throw new IllegalStateException("second");
		}));
		assertThat(results.exception()).hasMessage("second");
	}

	@Test
	void aFailureReturnedFromACallbackTurnsToTheErrorSide() {
		Failure failure = new Failure(new IOException("gone"));
		Results results = Results.of(Deferred.succeed(1).addCallback((x) -> failure));
		assertThat(results.failure()).isSameAs(failure);
	}

	@Test
	void anErrbackThatReturnsAResultTurnsBackToTheGoodSide() {
		Results results = Results
			.of(Deferred.<Integer>fail(new IOException("gone")).addErrback((failure) -> 1).addCallback((x) -> x + 1));
		assertThat(results.value()).isEqualTo(2);
	}

	@Test
	void anErrbackThatReturnsTheFailureStaysOnTheErrorSide() {
		Failure failure = new Failure(new IOException("gone"));
		Deferred<Object> deferred = Deferred.fail(failure);
		Results results = Results.of(deferred.addErrback((given) -> given));
		assertThat(results.failure()).isSameAs(failure);
	}

	@Test
	void anErrbackThatRaisesItsFailureAgainKeepsTheVeryFailure() {
		Failure failure = new Failure(new IOException("gone"));
		Results results = Results.of(Deferred.<Integer>fail(failure).addErrback(Failure::raiseException));
		assertThat(results.failure()).isSameAs(failure);
	}

	@Test
	void aResultPassesByAnErrbackAndAFailurePassesByACallback() {
		Results good = Results.of(Deferred.succeed(1).addErrback((failure) -> 2));
		assertThat(good.value()).isEqualTo(1);
		Results bad = Results.of(Deferred.fail(new IOException("gone")).addCallback((x) -> 1));
		assertThat(bad.exception()).hasMessage("gone");
	}

	@Test
	void addCallbacksCallsOneOfTheTwoAndNeverTheErrbackForItsOwnCallback() {
		Results good = Results.of(Deferred.succeed(1).addCallbacks((x) -> "good", (failure) -> "bad"));
		assertThat(good.value()).isEqualTo("good");
		Results bad = Results
			.of(Deferred.fail(new IOException("gone")).addCallbacks((x) -> "good", (failure) -> "bad"));
		assertThat(bad.value()).isEqualTo("bad");
		Results own = Results.of(Deferred.succeed(1).addCallbacks((x) -> {
			throw new IOException("own");
		}, (failure) -> "bad"));
		assertThat(own.exception()).hasMessage("own");
	}

	@Test
	void addBothIsCalledOnEitherSide() {
		Results good = Results.of(Deferred.succeed(1).addBoth((x, failure) -> x + " " + failure));
		assertThat(good.value()).isEqualTo("1 null");
		Results bad = Results
			.of(Deferred.fail(new IOException("gone")).addBoth((x, failure) -> x + " " + failure.getErrorMessage()));
		assertThat(bad.value()).isEqualTo("null gone");
	}

	@Test
	void sideEffectsPassOnWhatThereIs() {
		Results good = Results.of(Deferred.succeed(1)
			.doOnCallback((x) -> this.seen.add("callback " + x))
			.doOnErrback((failure) -> this.seen.add("errback"))
			.doOnBoth(() -> this.seen.add("both")));
		assertThat(good.value()).isEqualTo(1);
		Failure failure = new Failure(new IOException("gone"));
		Results bad = Results.of(Deferred.fail(failure)
			.doOnCallback((x) -> this.seen.add("callback"))
			.doOnErrback((given) -> this.seen.add("errback " + given.getErrorMessage()))
			.doOnBoth(() -> this.seen.add("both again")));
		assertThat(bad.failure()).isSameAs(failure);
		assertThat(this.seen).containsExactly("callback 1", "both", "errback gone", "both again");
	}

	@Test
	void whatASideEffectThrowsTakesThePlaceOfWhatThereWas() {
		Results callback = Results.of(Deferred.succeed(1).doOnCallback((x) -> {
			throw new IOException("from the effect");
		}));
		assertThat(callback.exception()).hasMessage("from the effect");
		Results errback = Results.of(Deferred.fail(new IOException("gone")).doOnErrback((failure) -> {
			throw new IOException("from the effect");
		}));
		assertThat(errback.exception()).hasMessage("from the effect");
		Results both = Results.of(Deferred.succeed(1).doOnBoth(() -> {
			throw new IOException("from the effect");
		}));
		assertThat(both.exception()).hasMessage("from the effect");
	}

	@Test
	void aCallbackAddedFromInsideARunningCallbackRunsAfterThoseQueued() {
		Deferred<Integer> deferred = new Deferred<>();
		deferred.addCallback((x) -> {
			this.seen.add("first");
			deferred.doOnCallback((y) -> this.seen.add("added"));
			this.seen.add("first ends");
			return x;
		});
		deferred.doOnCallback((x) -> this.seen.add("second"));
		deferred.callback(1);
		assertThat(this.seen).containsExactly("first", "first ends", "second", "added");
	}

	@Test
	void aCallbackThatKeepsAddingItselfNeverRecurses() {
		Deferred<Integer> deferred = Deferred.succeed(0);
		AtomicReference<Callback<Integer, Integer>> step = new AtomicReference<>();
		step.set((x) -> {
			if (x < 100_000) {
				deferred.addCallback(step.get());
			}
			return x + 1;
		});
		deferred.addCallback(step.get());
		assertThat(Results.of(deferred).value()).isEqualTo(100_001);
	}

	@Test
	void firingTwiceIsRefused() {
		Deferred<Integer> deferred = new Deferred<>();
		deferred.callback(1);
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> deferred.callback(2));
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> deferred.errback(new IOException()));
		assertThat(Results.of(deferred).value()).isEqualTo(1);
	}

	@Test
	void aDeferredIsRefusedAsAResult() {
		Deferred<Object> deferred = new Deferred<>();
		assertThatIllegalArgumentException().isThrownBy(() -> deferred.callback(Deferred.succeed(1)))
			.withMessageContaining("chainDeferred");
		assertThat(deferred.called()).isFalse();
		assertThatIllegalArgumentException().isThrownBy(() -> Deferred.succeed(deferred));
	}

	@Test
	void callbackWithAFailureIsErrback() {
		Failure failure = new Failure(new IOException("gone"));
		Deferred<Object> deferred = new Deferred<>();
		deferred.callback(failure);
		assertThat(Results.of(deferred).failure()).isSameAs(failure);
	}

	@Test
	void errbackWithAnExceptionWrapsItInAFailure() {
		IOException exception = new IOException("gone");
		Deferred<Object> deferred = new Deferred<>();
		deferred.errback(exception);
		assertThat(Results.of(deferred).exception()).isSameAs(exception);
	}

	@Test
	void nullIsRefusedWhereSomethingIsNeeded() {
		Deferred<Object> deferred = new Deferred<>();
		assertThatNullPointerException().isThrownBy(() -> deferred.addCallback(null)).withMessage("callback");
		assertThatNullPointerException().isThrownBy(() -> deferred.addErrback(null)).withMessage("errback");
		assertThatIllegalArgumentException().isThrownBy(() -> deferred.errback((Throwable) null));
		assertThat(deferred.called()).isFalse();
	}

	@Test
	void pauseHoldsCallbacksUpUntilUnpauseWasCalledAsOften() {
		Deferred<Integer> deferred = new Deferred<>();
		deferred.addCallback(this.seen::add);
		deferred.pause();
		deferred.pause();
		assertThat(deferred.paused()).isTrue();
		deferred.callback(1);
		assertThat(this.seen).isEmpty();
		deferred.unpause();
		assertThat(this.seen).isEmpty();
		deferred.unpause();
		assertThat(deferred.paused()).isFalse();
		assertThat(this.seen).containsExactly(1);
	}

	@Test
	void aPauseFromInsideACallbackHoldsUpTheNextOne() {
		Deferred<Integer> deferred = new Deferred<>();
		deferred.doOnCallback((x) -> deferred.pause());
		deferred.doOnCallback((x) -> this.seen.add("second"));
		deferred.doOnCallback((x) -> this.seen.add("third"));
		deferred.callback(1);
		assertThat(this.seen).isEmpty();
		deferred.doOnCallback((x) -> this.seen.add("fourth"));
		deferred.unpause();
		assertThat(this.seen).containsExactly("second", "third", "fourth");
	}

	@Test
	void unpauseBeforeFiringRunsNothing() {
		Deferred<Integer> deferred = new Deferred<>();
		deferred.addCallback(this.seen::add);
		deferred.pause();
		deferred.unpause();
		assertThat(this.seen).isEmpty();
		deferred.callback(1);
		assertThat(this.seen).containsExactly(1);
	}

	@Test
	void unpauseWithoutPauseIsRefused() {
		Deferred<Integer> deferred = new Deferred<>();
		assertThatIllegalStateException().isThrownBy(deferred::unpause);
		assertThat(deferred.paused()).isFalse();
	}

	@Test
	void chainDeferredFiresTheOtherOneAndGoesOnWithNull() {
		Deferred<Integer> first = new Deferred<>();
		Deferred<Integer> second = new Deferred<>();
		Results own = Results.of(first.chainDeferred(second));
		Results other = Results.of(second);
		first.callback(1);
		assertThat(other.value()).isEqualTo(1);
		assertThat(own.value()).isNull();
	}

	@Test
	void chainDeferredHandsFailuresOverToo() {
		Failure failure = new Failure(new IOException("gone"));
		Deferred<Integer> first = new Deferred<>();
		Deferred<Integer> second = new Deferred<>();
		Results own = Results.of(first.chainDeferred(second));
		Results other = Results.of(second);
		first.errback(failure);
		assertThat(other.failure()).isSameAs(failure);
		assertThat(own.value()).isNull();
	}

	@Test
	void maybeDeferredPassesADeferredThrough() {
		Deferred<Integer> deferred = new Deferred<>();
		assertThat(Deferred.<Integer>maybeDeferred(() -> deferred)).isSameAs(deferred);
	}

	@Test
	void maybeDeferredTurnsResultsFailuresAndExceptionsIntoFiredDeferreds() {
		assertThat(Results.of(Deferred.maybeDeferred(() -> 5)).value()).isEqualTo(5);
		assertThat(Results.of(Deferred.maybeDeferred(() -> null)).value()).isNull();
		Failure failure = new Failure(new IOException("returned"));
		assertThat(Results.of(Deferred.maybeDeferred(() -> failure)).failure()).isSameAs(failure);
		CompletionException thrown = new CompletionException(new IOException("inside"));
		assertThat(Results.of(Deferred.maybeDeferred(() -> {
			throw thrown;
		})).exception()).isSameAs(thrown);
	}

	@Test
	void succeedAndFailAreFired() {
		assertThat(Deferred.succeed(1).called()).isTrue();
		Deferred<Object> failed = Deferred.fail(new IOException("gone"));
		assertThat(failed.called()).isTrue();
		assertThat(Results.of(failed).exception()).hasMessage("gone");
	}

	@Test
	void toStringTellsHowFarItIs() {
		Deferred<Object> deferred = new Deferred<>();
		assertThat(deferred.toString()).matches("<Deferred at 0x[0-9a-f]+>");
		Deferred<Object> inner = new Deferred<>();
		deferred.addCallback((x) -> inner);
		deferred.callback(1);
		assertThat(deferred.toString()).matches("<Deferred at 0x[0-9a-f]+ waiting on Deferred at 0x[0-9a-f]+>");
		inner.callback("done");
		assertThat(deferred.toString()).matches("<Deferred at 0x[0-9a-f]+ current result: done>");
	}

}
