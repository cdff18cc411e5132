package dev.twisted.defer;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeferredMonoTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	@Test
	void aResultIsTheItemOfTheMono() {
		Deferred<String> deferred = new Deferred<>();
		List<String> items = new ArrayList<>();
		deferred.toMono().subscribe(items::add);
		assertThat(items).isEmpty();
		deferred.callback("hello");
		assertThat(items).containsExactly("hello");
	}

	@Test
	void aNullMakesAnEmptyMono() {
		StepVerifier.create(Deferred.succeed(null).toMono()).expectComplete().verify(PATIENCE);
	}

	@Test
	void aFailureIsTheErrorOfTheMonoAndTheVeryExceptionThatWasThrown() {
		IOException boom = new IOException("boom");
		Deferred<String> deferred = new Deferred<>();
		Mono<Object> mono = deferred.addCallback((text) -> {
			throw boom;
		}).toMono();
		deferred.callback("hello");
		StepVerifier.create(mono).expectErrorSatisfies((ex) -> assertThat(ex).isSameAs(boom)).verify(PATIENCE);
	}

	@Test
	void theMonoHasTheResultOfItsPointInTheChain() {
		Deferred<Integer> deferred = new Deferred<>();
		Mono<Integer> mono = deferred.addCallback((number) -> number * 2).toMono();
		Results rest = Results.of(deferred);
		deferred.callback(21);
		assertThat(mono.block(PATIENCE)).isEqualTo(42);
		assertThat(rest.value()).isNull();
	}

	@Test
	void allSubscribersGetTheSameResultAlsoThoseWhoComeLater() {
		Deferred<Object> deferred = new Deferred<>();
		Mono<Object> mono = deferred.toMono();
		List<Object> items = new ArrayList<>();
		mono.subscribe(items::add);
		mono.subscribe(items::add);
		Object result = new Object();
		deferred.callback(result);
		mono.subscribe(items::add);
		assertThat(items).containsExactly(result, result, result);
	}

	@Test
	void anItemWaitsUntilItIsAskedFor() {
		Deferred<String> deferred = Deferred.succeed("hello");
		StepVerifier.create(deferred.toMono(), 0)
			.expectSubscription()
			.thenRequest(1)
			.expectNext("hello")
			.expectComplete()
			.verify(PATIENCE);
	}

	@Test
	void disposingTheOnlySubscriptionCancelsTheDeferred() {
		List<String> events = new ArrayList<>();
		Deferred<String> deferred = new Deferred<>((cancelled) -> events.add("cancelled"));
		Disposable subscription = deferred.toMono().subscribe((item) -> events.add(item), (ex) -> events.add("error"));
		subscription.dispose();
		assertThat(events).containsExactly("cancelled");
		assertThat(deferred.called()).isTrue();
	}

	@Test
	void theDeferredIsCancelledOnlyWhenTheLastSubscriberHasGone() {
		List<String> events = new ArrayList<>();
		Deferred<String> deferred = new Deferred<>((cancelled) -> events.add("cancelled"));
		Mono<String> mono = deferred.toMono();
		Disposable first = mono.subscribe();
		Disposable second = mono.subscribe();
		first.dispose();
		first.dispose();
		assertThat(events).isEmpty();
		second.dispose();
		assertThat(events).containsExactly("cancelled");
	}

	@Test
	void whoSubscribesAfterTheCancellationIsToldOfIt() {
		Deferred<String> deferred = new Deferred<>();
		Mono<String> mono = deferred.toMono();
		mono.subscribe().dispose();
		StepVerifier.create(mono).expectError(CancelledException.class).verify(PATIENCE);
	}

	@Test
	void disposingAfterTheResultCancelsNothing() {
		List<String> events = new ArrayList<>();
		Deferred<String> deferred = new Deferred<>((cancelled) -> events.add("cancelled"));
		Disposable subscription = deferred.toMono().subscribe();
		deferred.callback("hello");
		subscription.dispose();
		assertThat(events).isEmpty();
	}

	@Test
	void disposingCancelsTheDeferredThatTheChainWaitsFor() {
		List<String> events = new ArrayList<>();
		Deferred<String> inner = new Deferred<>((cancelled) -> events.add("inner cancelled"));
		Deferred<String> outer = Deferred.succeed("hello").compose((text) -> inner);
		outer.toMono().subscribe().dispose();
		assertThat(events).containsExactly("inner cancelled");
	}

	@Test
	void anExceptionOfTheCancellerDoesNotReachWhoDisposes() {
		List<Throwable> dropped = new CopyOnWriteArrayList<>();
		Hooks.onErrorDropped(dropped::add);
		try {
			Deferred<String> deferred = new Deferred<>((cancelled) -> {
				throw new IllegalStateException("cannot be stopped");
			});
			deferred.toMono().subscribe().dispose();
			assertThat(dropped).singleElement().isInstanceOf(IllegalStateException.class);
		}
		finally {
			Hooks.resetOnErrorDropped();
		}
	}

	@Test
	void aFailureThatASubscriberGotIsHandled() {
		WeakReference<?>[] gone = new WeakReference<?>[1];
		assertThat(unhandledAfter(() -> {
			Deferred<String> deferred = Deferred.fail(new IOException("seen"));
			gone[0] = new WeakReference<>(deferred);
			deferred.toMono().onErrorComplete().block(PATIENCE);
		}, () -> gone[0].get() == null)).isEmpty();
	}

	@Test
	void aFailureThatNobodySubscribesForIsReported() {
		List<Failure> unhandled = new CopyOnWriteArrayList<>();
		Consumer<Failure> listener = unhandled::add;
		Deferreds.addUnhandledErrorListener(listener);
		try {
			Deferred.fail(new IOException("nobody asked")).toMono();
			Awaitility.await().until(() -> {
				System.gc();
				return unhandled.stream().anyMatch((failure) -> failure.getErrorMessage().equals("nobody asked"));
			});
		}
		finally {
			Deferreds.removeUnhandledErrorListener(listener);
		}
	}

	@Test
	void aCancellationByTheLastSubscriberIsNoUnhandledError() {
		WeakReference<?>[] gone = new WeakReference<?>[1];
		assertThat(unhandledAfter(() -> {
			Deferred<String> deferred = new Deferred<>();
			gone[0] = new WeakReference<>(deferred);
			deferred.toMono().subscribe().dispose();
		}, () -> gone[0].get() == null)).isEmpty();
	}

	@Test
	void oneSubscriberWhoAsksForNothingDoesNotKeepTheResultFromAnother() {
		Deferred<String> deferred = new Deferred<>();
		Mono<String> mono = deferred.toMono();
		BaseSubscriber<String> lazy = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
			}

		};
		mono.subscribe(lazy);
		List<String> items = new ArrayList<>();
		mono.subscribe(items::add);
		deferred.callback("hello");
		assertThat(items).containsExactly("hello");
		lazy.cancel();
	}

	@Test
	void firingAndDisposingAtOnceGivesEitherTheResultOrTheCancellationAndNeverBoth() throws Exception {
		for (int i = 0; i < 2000; i++) {
			List<String> items = new CopyOnWriteArrayList<>();
			List<String> cancellations = new CopyOnWriteArrayList<>();
			Deferred<String> deferred = new Deferred<>((cancelled) -> cancellations.add("cancelled"));
			Disposable subscription = deferred.toMono().subscribe(items::add);
			CyclicBarrier start = new CyclicBarrier(2);
			Thread firing = new Thread(() -> {
				await(start);
				try {
					deferred.callback("hello");
				}
				catch (AlreadyCalledException ex) {
					assertThat(cancellations).hasSize(1);
				}
			});
			firing.start();
			await(start);
			subscription.dispose();
			firing.join();
			assertThat(items.size() + cancellations.size()).isLessThanOrEqualTo(1);
			assertThat(deferred.called()).isTrue();
		}
	}

	@Test
	void aColdMonoDoesItsWorkForEachSubscriber() {
		List<String> calls = new ArrayList<>();
		Mono<Integer> mono = Deferreds.mono(() -> {
			calls.add("called");
			return Deferred.succeed(calls.size());
		});
		assertThat(calls).isEmpty();
		assertThat(mono.block(PATIENCE)).isEqualTo(1);
		assertThat(mono.block(PATIENCE)).isEqualTo(2);
	}

	@Test
	void whatTheFunctionOfAColdMonoThrowsIsItsError() {
		IOException boom = new IOException("boom");
		StepVerifier.create(Deferreds.mono(() -> {
			throw boom;
		})).expectErrorSatisfies((ex) -> assertThat(ex).isSameAs(boom)).verify(PATIENCE);
	}

	@Test
	void cancellingAColdMonoCancelsItsDeferred() {
		List<String> events = new ArrayList<>();
		Deferreds.mono(() -> new Deferred<>((cancelled) -> events.add("cancelled"))).subscribe().dispose();
		assertThat(events).containsExactly("cancelled");
	}

	@Test
	void blockingGivesUpAndCancelsTheDeferred() {
		List<String> events = new ArrayList<>();
		Deferred<String> deferred = new Deferred<>((cancelled) -> events.add("cancelled"));
		assertThatThrownBy(() -> deferred.toMono().block(Duration.ofMillis(1)))
			.isInstanceOf(IllegalStateException.class);
		Awaitility.await().until(() -> events.contains("cancelled"));
	}

	/**
	 * What was reported of the work, by the time something that was lost later has been.
	 */
	private static List<String> unhandledAfter(Runnable work, BooleanSupplier gone) {
		List<String> reported = new CopyOnWriteArrayList<>();
		Consumer<Failure> listener = (failure) -> reported.add(failure.getErrorMessage());
		Deferreds.addUnhandledErrorListener(listener);
		try {
			work.run();
			Awaitility.await().until(() -> {
				System.gc();
				return gone.getAsBoolean();
			});
			Deferred.fail(new IllegalStateException("lost later"));
			Awaitility.await().until(() -> {
				System.gc();
				return reported.contains("lost later");
			});
			reported.retainAll(List.of("seen", new CancelledException().getMessage()));
			return reported;
		}
		finally {
			Deferreds.removeUnhandledErrorListener(listener);
		}
	}

	private static void await(CyclicBarrier barrier) {
		try {
			barrier.await(10, TimeUnit.SECONDS);
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

}
