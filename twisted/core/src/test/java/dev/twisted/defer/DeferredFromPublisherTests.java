package dev.twisted.defer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.publisher.TestPublisher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class DeferredFromPublisherTests {

	@Test
	void theItemOfAMonoIsTheResult() {
		assertThat(Results.of(Deferred.from(Mono.just("hello"))).value()).isEqualTo("hello");
	}

	@Test
	void anEmptyMonoMakesANull() {
		assertThat(Results.of(Deferred.from(Mono.empty())).value()).isNull();
	}

	@Test
	void anErrorIsTheFailureWithTheVeryExceptionThatWasThrown() {
		IOException boom = new IOException("boom");
		assertThat(Results.of(Deferred.from(Mono.error(boom))).exception()).isSameAs(boom);
	}

	@Test
	void itSubscribesAtOnce() {
		TestPublisher<String> publisher = TestPublisher.create();
		Deferred<String> deferred = Deferred.from(publisher.mono());
		publisher.assertSubscribers(1);
		Results results = Results.of(deferred);
		assertThat(results.none()).isTrue();
		publisher.emit("hello");
		assertThat(results.value()).isEqualTo("hello");
	}

	@Test
	void theFirstOfManyItemsIsTheResultAndTheRestAreCancelled() {
		List<String> events = new ArrayList<>();
		Flux<Integer> many = Flux.range(1, 10)
			.doOnNext((item) -> events.add("made " + item))
			.doOnCancel(() -> events.add("cancelled"));
		assertThat(Results.of(Deferred.from(many)).value()).isEqualTo(1);
		assertThat(events).containsExactly("made 1", "cancelled");
	}

	@Test
	void aMonoIsNotCancelledByItsOwnItem() {
		List<String> events = new ArrayList<>();
		Deferred.from(Mono.just("hello").doOnCancel(() -> events.add("cancelled")));
		assertThat(events).isEmpty();
	}

	@Test
	void cancellingTheDeferredCancelsTheSubscription() {
		TestPublisher<String> publisher = TestPublisher.create();
		Deferred<String> deferred = Deferred.from(publisher.mono());
		Results results = Results.of(deferred);
		deferred.cancel();
		publisher.assertCancelled();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void anErrorThatComesAfterTheCancellationIsDroppedAsReactorDoes() {
		List<Throwable> dropped = new CopyOnWriteArrayList<>();
		Hooks.onErrorDropped(dropped::add);
		try {
			TestPublisher<String> publisher = TestPublisher
				.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
			Deferred<String> deferred = Deferred.from((Publisher<String>) publisher);
			Results results = Results.of(deferred);
			deferred.cancel();
			publisher.error(new IOException("too late"));
			assertThat(results.exception()).isInstanceOf(CancelledException.class);
			assertThat(dropped).singleElement().isInstanceOf(IOException.class);
		}
		finally {
			Hooks.resetOnErrorDropped();
		}
	}

	@Test
	void aPublisherThatThrowsInsteadOfPublishingFailsTheDeferred() {
		Publisher<String> broken = (subscriber) -> {
			throw new IllegalStateException("out of order");
		};
		assertThat(Results.of(Deferred.from(broken)).exception()).isInstanceOf(IllegalStateException.class)
			.hasMessage("out of order");
	}

	@Test
	void aDeferredIsNoItem() {
		Mono<Deferred<String>> mono = Mono.just(Deferred.succeed("hello"));
		assertThat(Results.of(Deferred.from(mono)).exception()).isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("flatMap");
	}

	@Test
	void aPublisherOfJavasOwnKindWillDo() {
		assertThat(Results.of(Deferred.from(JdkFlowAdapter.publisherToFlowPublisher(Flux.just(1, 2)))).value())
			.isEqualTo(1);
	}

	@Test
	void cancellingReachesAPublisherOfJavasOwnKind() {
		try (SubmissionPublisher<String> publisher = new SubmissionPublisher<>(Runnable::run, 4)) {
			Deferred<String> deferred = Deferred.from(publisher);
			assertThat(publisher.hasSubscribers()).isTrue();
			Results results = Results.of(deferred);
			deferred.cancel();
			assertThat(results.exception()).isInstanceOf(CancelledException.class);
			Awaitility.await().until(() -> !publisher.hasSubscribers());
		}
	}

	@Test
	void anExecutorFiresTheDeferred() {
		List<Runnable> tasks = new ArrayList<>();
		Results results = Results.of(Deferred.from(Mono.just("hello"), tasks::add));
		assertThat(results.none()).isTrue();
		tasks.remove(0).run();
		assertThat(results.value()).isEqualTo("hello");
		assertThat(tasks).isEmpty();
	}

	@Test
	void anExecutorThatRefusesFailsTheDeferredAndDoesNotHideTheError() {
		Executor refusing = (task) -> {
			throw new RejectedExecutionException("closed");
		};
		IOException boom = new IOException("boom");
		Results results = Results.of(Deferred.from(Mono.error(boom), refusing));
		assertThat(results.exception()).isInstanceOf(RejectedExecutionException.class).hasSuppressedException(boom);
	}

	@Test
	void allItemsCanBeCollected() {
		assertThat(Results.of(Deferreds.collect(Flux.range(1, 5))).value()).isEqualTo(List.of(1, 2, 3, 4, 5));
	}

	@Test
	void collectingNothingGivesAnEmptyList() {
		assertThat(Results.of(Deferreds.collect(Flux.empty())).value()).isEqualTo(List.of());
	}

	@Test
	void collectingFailsWithTheErrorInTheMiddle() {
		IOException boom = new IOException("boom");
		Flux<Integer> broken = Flux.concat(Flux.just(1), Flux.error(boom));
		assertThat(Results.of(Deferreds.collect(broken)).exception()).isSameAs(boom);
	}

	@Test
	void cancellingACollectionCancelsTheSubscription() {
		TestPublisher<String> publisher = TestPublisher.create();
		Deferred<List<String>> deferred = Deferreds.collect(publisher);
		Results results = Results.of(deferred);
		publisher.next("a");
		deferred.cancel();
		publisher.assertCancelled();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void aResultGoesThereAndBack() {
		Deferred<String> deferred = new Deferred<>();
		Results results = Results.of(Deferred.from(deferred.toMono()));
		deferred.callback("hello");
		assertThat(results.value()).isEqualTo("hello");
	}

	@Test
	void aCancellationGoesThereAndBack() {
		List<String> events = new ArrayList<>();
		Deferred<String> deferred = new Deferred<>((cancelled) -> events.add("cancelled"));
		Deferred<String> back = Deferred.from(deferred.toMono());
		Results results = Results.of(back);
		back.cancel();
		assertThat(events).containsExactly("cancelled");
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void publishingAndCancellingAtOnceFiresTheDeferredOnce() throws Exception {
		for (int i = 0; i < 2000; i++) {
			Sinks.One<String> sink = Sinks.one();
			Deferred<String> deferred = Deferred.from(sink.asMono());
			AtomicInteger fired = new AtomicInteger();
			CountDownLatch done = new CountDownLatch(1);
			deferred.addBoth((result, failure) -> {
				fired.incrementAndGet();
				done.countDown();
				return null;
			});
			CyclicBarrier start = new CyclicBarrier(2);
			Thread publishing = new Thread(() -> {
				await(start);
				sink.tryEmitValue("hello");
			});
			publishing.start();
			await(start);
			deferred.cancel();
			publishing.join();
			assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
			assertThat(fired).hasValue(1);
		}
	}

	@Test
	void aPublisherThatCannotBeCancelledDoesNotKeepTheDeferredFromFiring() {
		List<Throwable> dropped = new CopyOnWriteArrayList<>();
		Hooks.onErrorDropped(dropped::add);
		try {
			Publisher<String> publisher = (subscriber) -> subscriber.onSubscribe(new Subscription() {

				@Override
				public void request(long number) {
				}

				@Override
				public void cancel() {
					throw new IllegalStateException("cannot be stopped");
				}

			});
			Deferred<String> deferred = Deferred.from(publisher);
			Results results = Results.of(deferred);
			deferred.cancel();
			assertThat(results.exception()).isInstanceOf(CancelledException.class);
			assertThat(dropped).singleElement().asString().contains("cannot be stopped");
		}
		finally {
			Hooks.resetOnErrorDropped();
		}
	}

	@Test
	void anErrorBehindTheItemIsNotLost() {
		List<Throwable> dropped = new CopyOnWriteArrayList<>();
		Hooks.onErrorDropped(dropped::add);
		try {
			IOException boom = new IOException("boom");
			Mono<String> late = Mono.fromDirect(Flux.just("hello").concatWith(Mono.error(boom)));
			assertThat(Results.of(Deferred.from(late)).value()).isEqualTo("hello");
			assertThat(dropped).containsExactly(boom);
		}
		finally {
			Hooks.resetOnErrorDropped();
		}
	}

	@Test
	void aPublisherIsRequired() {
		assertThatThrownBy(() -> Deferred.from((Publisher<String>) null)).isInstanceOf(NullPointerException.class);
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
