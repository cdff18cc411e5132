package dev.twisted.defer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class DeferredFutureTests {

	@Test
	void aResultCompletesTheFuture() throws Exception {
		Deferred<String> deferred = new Deferred<>();
		CompletableFuture<String> future = deferred.toCompletableFuture();
		assertThat(future).isNotDone();
		deferred.callback("hello");
		assertThat(future.get(10, TimeUnit.SECONDS)).isEqualTo("hello");
	}

	@Test
	void aNullCompletesTheFuture() {
		assertThat(Deferred.succeed(null).toCompletableFuture()).isCompletedWithValue(null);
	}

	@Test
	void aFailureFailsTheFutureWithTheOriginalException() {
		IOException boom = new IOException("boom");
		CompletableFuture<String> future = Deferred.<String>fail(boom).toCompletableFuture();
		assertThatExceptionOfType(ExecutionException.class).isThrownBy(future::get)
			.satisfies((ex) -> assertThat(ex.getCause()).isSameAs(boom));
	}

	@Test
	void theDeferredGoesOnWithNull() {
		Deferred<String> deferred = Deferred.fail(new IOException("boom"));
		deferred.toCompletableFuture();
		assertThat(Results.of(deferred).value()).isNull();
	}

	@Test
	void cancellingTheFutureCancelsTheDeferred() {
		List<String> events = new ArrayList<>();
		Deferred<String> deferred = new Deferred<>((cancelled) -> events.add("cancelled"));
		CompletableFuture<String> future = deferred.toCompletableFuture();
		assertThat(future.cancel(true)).isTrue();
		assertThat(future.cancel(true)).isTrue();
		assertThat(events).containsExactly("cancelled");
		assertThat(future).isCancelled();
		assertThat(Results.of(deferred).value()).isNull();
	}

	@Test
	void cancellingACompleteFutureCancelsNothing() {
		Deferred<String> deferred = Deferred.succeed("hello");
		CompletableFuture<String> future = deferred.toCompletableFuture();
		List<String> events = new ArrayList<>();
		deferred.compose((nothing) -> new Deferred<>((cancelled) -> events.add("cancelled")));
		assertThat(future.cancel(true)).isFalse();
		assertThat(events).isEmpty();
	}

	@Test
	void aFailureInsteadOfACancellationStaysWithTheDeferred() {
		IOException boom = new IOException("boom");
		Deferred<String> deferred = new Deferred<>((cancelled) -> cancelled.errback(boom));
		deferred.toCompletableFuture().cancel(true);
		assertThat(Results.of(deferred).exception()).isSameAs(boom);
	}

	@Test
	void theValueOfAFutureIsTheResult() {
		CompletableFuture<String> future = new CompletableFuture<>();
		Results results = Results.of(Deferred.from(future));
		assertThat(results.none()).isTrue();
		future.complete("hello");
		assertThat(results.value()).isEqualTo("hello");
	}

	@Test
	void theExceptionOfAFutureIsTheFailure() {
		IOException boom = new IOException("boom");
		assertThat(Results.of(Deferred.from(CompletableFuture.failedFuture(boom))).exception()).isSameAs(boom);
	}

	@Test
	void theExceptionOfAnEarlierStageIsTheFailureToo() {
		IOException boom = new IOException("boom");
		CompletableFuture<Integer> later = CompletableFuture.<String>failedFuture(boom).thenApply(String::length);
		assertThatExceptionOfType(CompletionException.class).isThrownBy(later::join);
		assertThat(Results.of(Deferred.from(later)).exception()).isSameAs(boom);
	}

	@Test
	void cancellingTheDeferredCancelsTheFuture() {
		CompletableFuture<String> future = new CompletableFuture<>();
		Deferred<String> deferred = Deferred.from(future);
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(future).isCancelled();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void aFutureThatFailsToBeCancelledDoesNotKeepTheDeferredFromFiring() {
		CompletableFuture<String> future = new CompletableFuture<>() {

			@Override
			public boolean cancel(boolean mayInterruptIfRunning) {
				throw new IllegalStateException("cannot be stopped");
			}

		};
		Deferred<String> deferred = Deferred.from(future);
		Results results = Results.of(deferred);
		deferred.cancel();
		future.complete("too late");
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void aFutureThatIsCompletedByItsCancellationFiresTheDeferredOnce() {
		CompletableFuture<String> future = new CompletableFuture<>() {

			@Override
			public boolean cancel(boolean mayInterruptIfRunning) {
				return complete("instead");
			}

		};
		Deferred<String> deferred = Deferred.from(future);
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void aStageThatIsNoFutureIsLeftAloneByACancellation() {
		CompletableFuture<String> future = new CompletableFuture<>();
		Deferred<String> deferred = Deferred.from(future.minimalCompletionStage());
		Results results = Results.of(deferred);
		deferred.cancel();
		assertThat(future).isNotDone();
		future.complete("too late");
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void anExecutorFiresTheDeferredOfAFuture() {
		List<Runnable> tasks = new ArrayList<>();
		Results results = Results.of(Deferred.from(CompletableFuture.completedFuture("hello"), tasks::add));
		assertThat(results.none()).isTrue();
		tasks.remove(0).run();
		assertThat(results.value()).isEqualTo("hello");
	}

	@Test
	void aResultGoesThereAndBackByAFuture() {
		Deferred<String> deferred = new Deferred<>();
		Results results = Results.of(Deferred.from(deferred.toCompletableFuture()));
		deferred.callback("hello");
		assertThat(results.value()).isEqualTo("hello");
	}

}
