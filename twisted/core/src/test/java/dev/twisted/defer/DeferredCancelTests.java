package dev.twisted.defer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link Deferred#cancel()}.
 */
class DeferredCancelTests {

	private final List<Object> seen = new ArrayList<>();

	@Test
	void withoutACancellerItFailsAndExactlyOneLaterCallbackIsIgnored() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
		deferred.callback(1);
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> deferred.callback(2));
	}

	@Test
	void withoutACancellerALaterErrbackIsIgnoredJustSo() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred);
		deferred.cancel();
		deferred.errback(new IOException("late"));
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> deferred.errback(new IOException()));
	}

	@Test
	void theCancellerIsGivenTheDeferred() {
		Deferred<Integer> deferred = new Deferred<>(this.seen::add);
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(this.seen).containsExactly(deferred);
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void withACancellerThatDoesNotFireEveryLaterCallbackIsRefused() {
		Deferred<Integer> deferred = new Deferred<>((cancelled) -> this.seen.add("cancelled"));
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
		assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> deferred.callback(1));
	}

	@Test
	void aCancellerMayFireWithAResult() {
		Deferred<Integer> deferred = new Deferred<>((cancelled) -> cancelled.callback(7));
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(results.value()).isEqualTo(7);
	}

	@Test
	void aCancellerMayFireWithAFailure() {
		Deferred<Integer> deferred = new Deferred<>((cancelled) -> cancelled.errback(new IOException("stopped")));
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(results.exception()).hasMessage("stopped");
	}

	@Test
	void whatACancellerThrowsLeavesCancelAndTheDeferredStaysUnfired() {
		Deferred<Integer> deferred = new Deferred<>((cancelled) -> {
			this.seen.add("tried");
			throw new UnsupportedOperationException("cannot stop");
		});
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(deferred::cancel);
		assertThat(deferred.called()).isFalse();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(deferred::cancel);
		assertThat(this.seen).hasSize(2);
		deferred.callback(1);
		assertThat(Results.of(deferred).value()).isEqualTo(1);
	}

	@Test
	void aCheckedExceptionOfACancellerIsTheCauseOfWhatLeavesCancel() {
		IOException exception = new IOException("cannot stop");
		Deferred<Integer> deferred = new Deferred<>((cancelled) -> {
			throw exception;
		});
		assertThatIllegalStateException().isThrownBy(deferred::cancel).withCause(exception);
		assertThat(deferred.called()).isFalse();
	}

	@Test
	void cancelFromInsideTheCancellerDoesNothing() {
		Deferred<Integer> deferred = new Deferred<>((cancelled) -> {
			this.seen.add("cancelled");
			cancelled.cancel();
		});
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(this.seen).hasSize(1);
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void cancellingAFiredDeferredDoesNothing() {
		Deferred<Integer> deferred = new Deferred<>((cancelled) -> this.seen.add("cancelled"));
		deferred.callback(1);
		deferred.cancel();
		assertThat(this.seen).isEmpty();
		assertThat(Results.of(deferred).value()).isEqualTo(1);
	}

	@Test
	void cancellingTwiceFailsOnce() {
		Deferred<Integer> deferred = new Deferred<>();
		Results results = Results.of(deferred);
		deferred.cancel();
		deferred.cancel();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void whileWaitingForAnotherItCancelsThatOne() {
		Deferred<Integer> inner = new Deferred<>(this.seen::add);
		Deferred<Integer> outer = Deferred.succeed(1).compose((x) -> inner);
		Results results = Results.of(outer);
		outer.cancel();
		assertThat(this.seen).containsExactly(inner);
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void aCancelledInnerOneMayBeSurvived() {
		Deferred<Integer> inner = new Deferred<>();
		Deferred<Integer> outer = Deferred.succeed(1).compose((x) -> inner).addErrback((failure) -> {
			failure.trap(CancelledException.class);
			return 5;
		});
		outer.cancel();
		assertThat(Results.of(outer).value()).isEqualTo(5);
	}

	@Test
	void theInnermostOfADeepNestIsCancelled() {
		Deferred<Integer> innermost = new Deferred<>(this.seen::add);
		Deferred<Integer> deferred = innermost;
		for (int i = 0; i < 100_000; i++) {
			Deferred<Integer> next = deferred;
			deferred = Deferred.succeed(1).compose((x) -> next);
		}
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(this.seen).containsExactly(innermost);
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void theOneReallyWaitedForIsCancelledFromWhereverTheLinkWasShortened() {
		Deferred<Integer> last = new Deferred<>(this.seen::add);
		Deferred<Integer> middle = new Deferred<>();
		Deferred<Integer> outer = Deferred.succeed(1).compose((x) -> middle.compose((y) -> last));
		Results results = Results.of(outer);
		middle.callback(1);
		middle.cancel();
		assertThat(this.seen).containsExactly(last);
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void cancelledExceptionsHaveNoStackUnlessDebugging() {
		assertThat(new CancelledException().getStackTrace()).isEmpty();
		assertThat(new TimeoutException("late").getStackTrace()).isEmpty();
		Deferred.setDebugging(true);
		try {
			assertThat(new CancelledException().getStackTrace()).isNotEmpty();
		}
		finally {
			Deferred.setDebugging(false);
		}
	}

}
