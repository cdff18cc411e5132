package dev.twisted.defer;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.task.Clock;
import dev.twisted.task.Tasks;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.MDC;
import reactor.core.publisher.Mono;

import static dev.twisted.defer.Deferreds.await;
import static dev.twisted.defer.Deferreds.inlineCallbacks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@Timeout(60)
class InlineCallbacksTests {

	private final List<String> events = new ArrayList<>();

	@Test
	void theBodyRunsToItsFirstAwaitBeforeTheCallReturns() {
		Deferred<String> later = new Deferred<>();
		Deferred<Integer> result = inlineCallbacks(() -> {
			this.events.add("begins");
			String text = await(later);
			this.events.add("got " + text);
			return text.length();
		});
		this.events.add("returned");
		Results results = Results.of(result);
		assertThat(results.none()).isTrue();
		later.callback("four");
		this.events.add("fired");
		assertThat(this.events).containsExactly("begins", "returned", "got four", "fired");
		assertThat(results.value()).isEqualTo(4);
	}

	@Test
	void aBodyThatWaitsForNothingHasItsResultWhenTheCallReturns() {
		assertThat(Results.of(inlineCallbacks(() -> "done")).value()).isEqualTo("done");
	}

	@Test
	void aBodyWithoutAResultFiresWithNull() {
		Deferred<@Nullable Void> result = inlineCallbacks(() -> {
			this.events.add("ran " + await(Deferred.succeed(1)));
		});
		assertThat(Results.of(result).value()).isNull();
		assertThat(this.events).containsExactly("ran 1");
	}

	@Test
	void whatTheBodyThrowsIsTheFailure() {
		IOException thrown = new IOException("broken");
		assertThat(Results.of(inlineCallbacks(() -> {
			throw thrown;
		})).exception()).isSameAs(thrown);
	}

	@Test
	void awaitThrowsTheVeryExceptionAlsoACheckedOne() {
		FileNotFoundException born = new FileNotFoundException("users.txt");
		Deferred<String> later = new Deferred<>();
		Results results = Results.of(inlineCallbacks(() -> {
			try {
				return await(later);
			}
			catch (FileNotFoundException ex) {
				this.events.add((ex == born) ? "the same" : "another");
				return "no users";
			}
		}));
		later.errback(born);
		assertThat(results.value()).isEqualTo("no users");
		assertThat(this.events).containsExactly("the same");
	}

	@Test
	void anErrorIsThrownAsItIs() {
		AssertionError born = new AssertionError("wrong");
		assertThat(Results.of(inlineCallbacks(() -> await(Deferred.fail(born)))).exception()).isSameAs(born);
	}

	@Test
	void aFailureThatTheBodyLetsThroughStaysTheSameFailure() {
		Failure remote = new Failure(new IllegalStateException("over there")) {

			private static final long serialVersionUID = 1L;

			@Override
			public List<String> parents() {
				return List.of("builtins.ValueError");
			}

		};
		assertThat(Results.of(inlineCallbacks(() -> await(Deferred.fail(remote)))).failure()).isSameAs(remote);
	}

	@Test
	void aFailureThatTheBodyReturnsIsAFailure() {
		Failure failure = new Failure(new IOException("returned"));
		assertThat(Results.of(inlineCallbacks(() -> failure)).failure()).isSameAs(failure);
	}

	// Both stacks

	@Test
	void theExceptionTellsWhereItWasBornAndWhereEachBodyAwaitedIt() {
		Deferred<String> later = new Deferred<>();
		Results results = Results.of(outerBody(later));
		failSomewhere(later);
		Throwable failure = results.exception();
		assertThat(methods(failure)).contains("failSomewhere").doesNotContain("innerBody");
		assertThat(failure.getSuppressed()).hasSize(2);
		assertThat(methods(failure.getSuppressed()[0])).first().asString().contains("innerBody");
		assertThat(methods(failure.getSuppressed()[1])).first().asString().contains("outerBody");
		assertThat(failure.getSuppressed()[0]).hasMessage("awaited here");
		assertThat(Arrays.toString(failure.getSuppressed()[0].getStackTrace())).doesNotContain("Body.");
	}

	private Deferred<String> outerBody(Deferred<String> later) {
		return inlineCallbacks(() -> await(innerBody(later)));
	}

	private Deferred<String> innerBody(Deferred<String> later) {
		return inlineCallbacks(() -> await(later));
	}

	private static void failSomewhere(Deferred<?> later) {
		later.errback(new IOException("lost"));
	}

	private static List<String> methods(Throwable thrown) {
		return Arrays.stream(thrown.getStackTrace()).map(StackTraceElement::getMethodName).toList();
	}

	@Test
	void anExceptionThatIsAwaitedAgainAndAgainAtOnePlaceTellsOfItOnce() {
		IOException shared = new IOException("always this one");
		Deferred<@Nullable Void> result = inlineCallbacks(() -> {
			for (int i = 0; i < 1000; i++) {
				try {
					await(Deferred.fail(shared));
				}
				catch (IOException ex) {
					this.events.add("failed");
				}
			}
		});
		assertThat(Results.of(result).value()).isNull();
		assertThat(this.events).hasSize(1000);
		assertThat(shared.getSuppressed()).hasSize(1);
	}

	@Test
	void anExceptionThatIsAwaitedAtManyPlacesDoesNotGrowWithoutEnd() {
		IOException shared = new IOException("always this one");
		for (int depth = 0; depth < 100; depth++) {
			awaitAtDepth(shared, depth);
		}
		assertThat(shared.getSuppressed()).hasSizeBetween(2, 16);
	}

	private void awaitAtDepth(Throwable failure, int depth) {
		Results.of(inlineCallbacks(() -> descend(failure, depth))).exception();
	}

	private Object descend(Throwable failure, int depth) throws Exception {
		return (depth > 0) ? descend(failure, depth - 1) : await(Deferred.fail(failure));
	}

	// What is left behind

	@Test
	void aResultStaysWithItsDeferredAndCanBeAwaitedAgain() {
		Deferred<String> shared = new Deferred<>();
		Results first = Results.of(inlineCallbacks(() -> await(shared)));
		Results both = Results.of(inlineCallbacks(() -> Deferreds.<String>await(shared) + await(shared)));
		shared.callback("a");
		assertThat(first.value()).isEqualTo("a");
		assertThat(both.value()).isEqualTo("aa");
	}

	@Test
	void aFailureHasBeenDealtWithOnceItIsAwaited() {
		Deferred<String> failed = new Deferred<>();
		Results results = Results.of(inlineCallbacks(() -> await(failed)));
		failed.errback(new IOException("lost"));
		assertThat(results.exception()).hasMessage("lost");
		assertThat(Results.of(failed).value()).isNull();
	}

	// A returned Deferred

	@Test
	void aDeferredThatTheBodyReturnsIsWaitedFor() {
		Deferred<String> tail = new Deferred<>();
		Deferred<Object> result = inlineCallbacks(() -> {
			await(Deferred.succeed(1));
			return tail;
		});
		Results results = Results.of(result);
		assertThat(results.none()).isTrue();
		tail.callback("in the end");
		assertThat(results.value()).isEqualTo("in the end");
	}

	@Test
	void cancellingTheResultCancelsTheDeferredThatTheBodyReturned() {
		Deferred<String> tail = new Deferred<>((cancelled) -> this.events.add("cancelled"));
		Deferred<Object> result = inlineCallbacks(() -> tail);
		result.cancel();
		assertThat(this.events).containsExactly("cancelled");
		assertThat(Results.of(result).exception()).isInstanceOf(CancelledException.class);
	}

	// Cancelling

	@Test
	void cancellingTheResultCancelsWhatTheBodyAwaits() {
		Deferred<String> later = new Deferred<>((cancelled) -> this.events.add("stopped"));
		Deferred<String> result = inlineCallbacks(() -> {
			try {
				return await(later);
			}
			finally {
				this.events.add("cleaned up");
			}
		});
		result.cancel();
		assertThat(this.events).containsExactly("stopped", "cleaned up");
		assertThat(Results.of(result).exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void theBodyMayCatchItsCancellationAndReturnSomethingElse() {
		Deferred<String> result = inlineCallbacks(() -> {
			try {
				return await(new Deferred<String>());
			}
			catch (CancelledException ex) {
				return "rather this";
			}
		});
		result.cancel();
		assertThat(Results.of(result).value()).isEqualTo("rather this");
	}

	@Test
	void theBodyMayCatchItsCancellationAndGoOnWaiting() {
		Deferred<String> second = new Deferred<>();
		Deferred<String> result = inlineCallbacks(() -> {
			try {
				return await(new Deferred<String>());
			}
			catch (CancelledException ex) {
				return await(second);
			}
		});
		result.cancel();
		assertThat(result.called()).isFalse();
		second.callback("second");
		assertThat(Results.of(result).value()).isEqualTo("second");
	}

	@Test
	void aBodyThatWentOnCanBeCancelledAgain() {
		Deferred<String> result = inlineCallbacks(() -> {
			try {
				return await(new Deferred<String>());
			}
			catch (CancelledException ex) {
				this.events.add("first");
				return await(new Deferred<String>());
			}
		});
		result.cancel();
		result.cancel();
		assertThat(this.events).containsExactly("first");
		assertThat(Results.of(result).exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void cancellingTheResultAfterItsEndDoesNothing() {
		Deferred<String> result = inlineCallbacks(() -> "done");
		result.cancel();
		assertThat(Results.of(result).value()).isEqualTo("done");
	}

	@Test
	void cancellingWhileTheBodyRunsCancelsWhatItAwaitsNext() {
		Deferred<String> first = new Deferred<>();
		Deferred<String> second = new Deferred<>((cancelled) -> this.events.add("second stopped"));
		List<Deferred<?>> self = new ArrayList<>();
		Deferred<Object> result = inlineCallbacks(() -> {
			await(first);
			self.get(0).cancel();
			this.events.add("goes on");
			await(Deferred.succeed("there already"));
			this.events.add("and on");
			return await(second);
		});
		self.add(result);
		first.callback("go");
		assertThat(this.events).containsExactly("goes on", "and on", "second stopped");
		assertThat(Results.of(result).exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void cancellingTheOutermostOfNestedBodiesCancelsTheInnermost() {
		Deferred<String> later = new Deferred<>((cancelled) -> this.events.add("stopped"));
		Deferred<String> result = outerBody(later);
		result.cancel();
		assertThat(this.events).containsExactly("stopped");
		assertThat(Results.of(result).exception()).isInstanceOf(CancelledException.class);
	}

	@Test
	void aTimeoutOfTheResultEndsTheBody() {
		Clock clock = new Clock();
		Deferred<String> result = inlineCallbacks(() -> await(new Deferred<String>()));
		result.addTimeout(Duration.ofSeconds(1), clock);
		clock.advance(Duration.ofSeconds(1));
		assertThat(Results.of(result).exception()).isInstanceOf(TimeoutException.class);
	}

	// Where it may wait

	@Test
	void awaitOutsideABodyIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> await(new Deferred<>()))
			.withMessageContaining("inlineCallbacks")
			.withMessageContaining("@InlineCallbacks")
			.withMessageContaining("only when another bean calls it")
			.withMessageContaining(Thread.currentThread().getName());
	}

	@Test
	void theThreadOfABodyThatBeginsWithoutAReactorSaysWhatItIs() {
		assertThat(Results.of(inlineCallbacks(() -> Thread.currentThread().getName())).value()).asString()
			.startsWith("twisted-body-");
	}

	@Test
	void awaitIsForWhatTheBodyCallsToo() {
		Deferred<String> later = new Deferred<>();
		Results results = Results.of(inlineCallbacks(() -> helper(later)));
		later.callback("helped");
		assertThat(results.value()).isEqualTo("helped");
	}

	private static String helper(Deferred<String> later) throws Exception {
		return await(later);
	}

	@Test
	void awaitInACallbackThatTheBodySetsOffIsRefusedAndTheDeferredIsLeftAlone() {
		Deferred<String> later = new Deferred<>();
		Deferred<Object> inCallback = new Deferred<>();
		inCallback.addCallback((ignored) -> await(later));
		Results refused = Results.of(inCallback);
		Results results = Results.of(inlineCallbacks(() -> {
			inCallback.callback("go");
			return "goes on";
		}));
		assertThat(results.value()).isEqualTo("goes on");
		assertThat(refused.exception()).isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("start another body");
		later.errback(new IOException("still there"));
		assertThat(Results.of(later).exception()).hasMessage("still there");
	}

	@Test
	void aCallbackThatTheBodySetsOffMayAwaitWhatIsThereAlready() {
		Deferred<Object> inCallback = new Deferred<>();
		inCallback.addCallback((ignored) -> await(Deferred.succeed("here")));
		Results results = Results.of(inCallback);
		inlineCallbacks(() -> inCallback.callback("go"));
		assertThat(results.value()).isEqualTo("here");
	}

	@Test
	void aCallbackThatTheBodySetsOffMayStartAnotherBody() {
		Deferred<String> later = new Deferred<>();
		Deferred<Object> inCallback = new Deferred<>();
		inCallback.addCallback((ignored) -> inlineCallbacks(() -> await(later)));
		Results results = Results.of(inCallback);
		inlineCallbacks(() -> inCallback.callback("go"));
		later.callback("late");
		assertThat(results.value()).isEqualTo("late");
	}

	@Test
	void awaitInACallbackOfTheBodysOwnResultIsRefused() {
		Deferred<String> first = new Deferred<>();
		Deferred<String> result = inlineCallbacks(() -> await(first));
		Results results = Results.of(result.addCallback((text) -> await(new Deferred<String>())));
		first.callback("done");
		assertThat(results.exception()).isInstanceOf(IllegalStateException.class);
	}

	@Test
	void aBodyThatAwaitsItsOwnResultFails() {
		Deferred<String> first = new Deferred<>();
		List<Deferred<String>> self = new ArrayList<>();
		Deferred<String> result = inlineCallbacks(() -> {
			await(first);
			return await(self.get(0));
		});
		self.add(result);
		first.callback("go");
		assertThat(Results.of(result).exception()).hasMessageContaining("its own result");
	}

	@Test
	void aBodyThatReturnsItsOwnResultFails() {
		Deferred<String> first = new Deferred<>();
		List<Deferred<Object>> self = new ArrayList<>();
		Deferred<Object> result = inlineCallbacks(() -> {
			await(first);
			return self.get(0);
		});
		self.add(result);
		first.callback("go");
		assertThat(Results.of(result).exception()).hasMessageContaining("its own result");
	}

	@Test
	void awaitOnAnotherThreadThanTheBodysIsRefused() {
		ExecutorService other = Executors.newSingleThreadExecutor();
		try {
			Results results = Results
				.of(inlineCallbacks(() -> other.submit(() -> await(Deferred.succeed(1))).get(10, TimeUnit.SECONDS)));
			assertThat(results.exception()).hasCauseInstanceOf(IllegalStateException.class);
		}
		finally {
			other.shutdown();
		}
	}

	@Test
	void reactorRefusesToBlockInABody() {
		Results results = Results.of(inlineCallbacks(() -> Mono.never().block(Duration.ofSeconds(10))));
		assertThat(results.exception()).isInstanceOf(IllegalStateException.class).hasMessageContaining("blocking");
	}

	// Bodies among themselves

	@Test
	void aBodyThatIsNotAwaitedGoesOnByItself() {
		Deferred<String> later = new Deferred<>();
		Results results = Results.of(inlineCallbacks(() -> {
			Deferred<String> other = inlineCallbacks(() -> {
				this.events.add("other begins");
				String text = await(later);
				this.events.add("other ends");
				return text;
			});
			this.events.add("goes on");
			return other.called();
		}));
		assertThat(results.value()).isEqualTo(false);
		later.callback("x");
		assertThat(this.events).containsExactly("other begins", "goes on", "other ends");
	}

	@Test
	void aBodyThatFiresWhatAnotherAwaitsGoesOnWhenThatOneWaitsAgain() {
		Deferred<String> first = new Deferred<>();
		Deferred<String> second = new Deferred<>();
		Deferred<@Nullable Void> waiting = inlineCallbacks(() -> {
			await(first);
			this.events.add("one: first");
			await(second);
			this.events.add("one: second");
		});
		inlineCallbacks(() -> {
			first.callback("1");
			this.events.add("two: goes on");
			second.callback("2");
			this.events.add("two: ends");
		});
		assertThat(waiting.called()).isTrue();
		assertThat(this.events).containsExactly("one: first", "two: goes on", "one: second", "two: ends");
	}

	@Test
	void aThousandBodiesInsideEachOtherRunOnWhatIsThereAlready() {
		assertThat(Results.of(sum(1000, Deferred.succeed(0))).value()).isEqualTo(1000);
	}

	@Test
	void aThousandBodiesInsideEachOtherEndWhenTheInnermostDoes() {
		Deferred<Integer> ground = new Deferred<>();
		Results results = Results.of(sum(1000, ground));
		assertThat(results.none()).isTrue();
		ground.callback(5);
		assertThat(results.value()).isEqualTo(1005);
	}

	private static Deferred<Integer> sum(int depth, Deferred<Integer> ground) {
		return inlineCallbacks(() -> 1 + ((depth > 1) ? await(sum(depth - 1, ground)) : await(ground)));
	}

	@Test
	void aLongLoopNeedsNoMoreThanAShortOne() {
		Results results = Results.of(inlineCallbacks(() -> {
			long sum = 0;
			for (int i = 0; i < 1_000_000; i++) {
				sum += Deferreds.<Integer>await(Deferred.succeed(i));
			}
			return sum;
		}));
		assertThat(results.value()).isEqualTo(499_999_500_000L);
	}

	@Test
	void timeIsAwaitedOnAVirtualClock() {
		Clock clock = new Clock();
		Results results = Results.of(inlineCallbacks(() -> {
			for (int i = 0; i < 3; i++) {
				await(Tasks.deferLater(clock, Duration.ofSeconds(1), () -> this.events.add("tick")));
			}
			return "rang";
		}));
		clock.pump(Duration.ofSeconds(1), Duration.ofSeconds(1));
		assertThat(results.none()).isTrue();
		clock.advance(Duration.ofSeconds(1));
		assertThat(results.value()).isEqualTo("rang");
		assertThat(this.events).containsExactly("tick", "tick", "tick");
	}

	// Threads

	@Test
	void theTwoSidesOfAnAwaitSeeWhatTheOtherHasDone() throws Exception {
		int bodies = 200;
		int steps = 50;
		ExecutorService firing = Executors.newFixedThreadPool(4);
		try {
			List<Results> results = new ArrayList<>();
			AtomicInteger ended = new AtomicInteger();
			for (int i = 0; i < bodies; i++) {
				results.add(Results.of(inlineCallbacks(() -> {
					int[] plain = new int[1];
					for (int step = 0; step < steps; step++) {
						Deferred<Integer> fired = new Deferred<>();
						firing.execute(() -> fired.callback(1));
						plain[0] += Deferreds.<Integer>await(fired);
					}
					return plain[0];
				}).doOnBoth(ended::incrementAndGet)));
			}
			Awaitility.await().until(() -> ended.get() == bodies);
			assertThat(results).allSatisfy((each) -> assertThat(each.value()).isEqualTo(steps));
		}
		finally {
			firing.shutdown();
			assertThat(firing.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void anInterruptedStarterStaysInterruptedAndTheBodyDoesNotMind() {
		Thread.currentThread().interrupt();
		Results results = Results.of(inlineCallbacks(() -> Thread.currentThread().isInterrupted()));
		assertThat(Thread.interrupted()).isTrue();
		assertThat(results.value()).isEqualTo(false);
	}

	@Test
	void theBodyHasTheLoggingContextOfItsStarterWhoeverResumesIt() {
		Deferred<String> later = new Deferred<>();
		MDC.put("connection", "7");
		Results results;
		try {
			results = Results.of(inlineCallbacks(() -> {
				this.events.add(MDC.get("connection"));
				await(later);
				return MDC.get("connection");
			}));
			MDC.put("connection", "8");
			later.callback("go");
		}
		finally {
			MDC.remove("connection");
		}
		assertThat(this.events).containsExactly("7");
		assertThat(results.value()).isEqualTo("7");
	}

	@Test
	void theBodyHasTheReactorContextOfItsSubscriberWhoeverResumesIt() {
		Deferred<String> later = new Deferred<>();
		Mono<String> mono = Deferreds.mono(() -> inlineCallbacks(() -> {
			await(later);
			return await(Deferred.from(Mono.deferContextual((context) -> Mono.just(context.<String>get("user")))));
		}));
		List<String> seen = new ArrayList<>();
		mono.contextWrite((context) -> context.put("user", "mj")).subscribe(seen::add);
		later.callback("go");
		assertThat(seen).containsExactly("mj");
	}

	@Test
	void aBodyThatBeginsElsewhereHasTheReactorContextOfWhoAskedForIt() {
		List<Runnable> turns = new ArrayList<>();
		Mono<String> mono = Deferreds.mono(() -> inlineCallbacks(
				() -> await(Deferred.from(Mono.deferContextual((context) -> Mono.just(context.<String>get("user"))))),
				turns::add));
		List<String> seen = new ArrayList<>();
		mono.contextWrite((context) -> context.put("user", "mj")).subscribe(seen::add);
		assertThat(seen).isEmpty();
		turns.get(0).run();
		assertThat(seen).containsExactly("mj");
	}

	@Test
	void aBodyThatIsCancelledBeforeItBeginsElsewhereNeverBegins() {
		List<Runnable> turns = new ArrayList<>();
		Deferred<Boolean> result = inlineCallbacks(() -> this.events.add("begun"), turns::add);
		result.cancel();
		turns.get(0).run();
		assertThat(Results.of(result).exception()).isInstanceOf(CancelledException.class);
		assertThat(this.events).isEmpty();
	}

	@Test
	void theBodyHasTheContextClassLoaderOfItsStarter() {
		ClassLoader own = new ClassLoader() {
		};
		ClassLoader before = Thread.currentThread().getContextClassLoader();
		Thread.currentThread().setContextClassLoader(own);
		try {
			assertThat(Results.of(inlineCallbacks(() -> Thread.currentThread().getContextClassLoader())).value())
				.isSameAs(own);
		}
		finally {
			Thread.currentThread().setContextClassLoader(before);
		}
	}

	@Test
	void oneBodyTooManyFailsAndTheOthersGoOn() {
		BodyThreads threads = new BodyThreads("few", 2);
		CountDownLatch release = new CountDownLatch(1);
		Runnable body = () -> {
			try {
				release.await();
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
			}
		};
		threads.execute(body);
		threads.execute(body);
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> threads.execute(body))
			.withMessageContaining("2 bodies");
		release.countDown();
		Awaitility.await().until(() -> {
			try {
				threads.execute(release::countDown);
				return true;
			}
			catch (RejectedExecutionException ex) {
				return false;
			}
		});
		threads.close();
	}

}
