package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.defer.BodyThreads;
import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Producer;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import dev.twisted.internet.Transport;
import dev.twisted.task.Tasks;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.MDC;

import static dev.twisted.defer.Deferreds.await;
import static dev.twisted.defer.Deferreds.inlineCallbacks;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@EveryTransport
@Timeout(120)
class BodiesTests {

	private static final boolean VIRTUAL = BodyThreads.defaultLimit() == BodyThreads.DEFAULT_VIRTUAL_LIMIT;

	@RegisterExtension
	private final RunningReactor running;

	private Reactor reactor;

	BodiesTests(EventLoopModel model) {
		this.running = new RunningReactor(model, (builder) -> builder.name("bodies"));
	}

	@BeforeEach
	void reactor() {
		this.reactor = this.running.get();
	}

	@Test
	void aBodyIsOnTheReactorsThreadBeforeAndAfterItWaits() {
		List<Boolean> seen = this.running.result(this.running.call(() -> inlineCallbacks(() -> {
			List<Boolean> here = new ArrayList<>();
			here.add(this.reactor.inReactorThread());
			await(Tasks.deferLater(this.reactor, Duration.ofMillis(1), () -> "later"));
			here.add(this.reactor.inReactorThread());
			await(this.reactor.deferToThread(() -> "elsewhere"));
			here.add(this.reactor.inReactorThread());
			return here;
		})));
		assertThat(seen).containsExactly(true, true, true);
	}

	@Test
	void otherThreadsAreNotOnTheReactorsWhileABodyRuns() throws Exception {
		ExecutorService other = Executors.newSingleThreadExecutor();
		try {
			Boolean elsewhere = this.running.result(this.running.call(() -> inlineCallbacks(
					() -> other.submit(this.reactor::inReactorThread).get(10, TimeUnit.SECONDS))));
			assertThat(elsewhere).isFalse();
		}
		finally {
			other.shutdown();
			assertThat(other.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@Test
	void nothingElseOfTheLoopRunsBesideABody() {
		int bodies = 200;
		int steps = 25;
		Exclusive turn = new Exclusive();
		ExecutorService firing = Executors.newFixedThreadPool(3);
		AtomicBoolean done = new AtomicBoolean();
		try {
			this.running.run(() -> every(Duration.ofNanos(200_000), turn, done));
			this.running.run(() -> every(Duration.ofMillis(1), turn, done));
			List<Deferred<@Nullable Void>> all = this.running.call(() -> {
				List<Deferred<@Nullable Void>> started = new ArrayList<>();
				for (int i = 0; i < bodies; i++) {
					started.add(inlineCallbacks(() -> {
						for (int step = 0; step < steps; step++) {
							turn.take();
							await(somehow(firing));
						}
						turn.take();
					}));
				}
				return started;
			});
			for (int i = 0; i < 2_000; i++) {
				this.reactor.callFromThread(turn::take);
			}
			this.running.result(this.running.call(() -> Deferreds.gatherResults(all)));
			this.running.run(() -> done.set(true));
			assertThat(turn.overlaps.get()).isZero();
			int lost = this.running.call(() -> turn.exact.get() - turn.plain);
			assertThat(lost).isZero();
			assertThat(turn.exact).hasValueGreaterThan(bodies * (steps + 1) + 2_000);
		}
		finally {
			done.set(true);
			firing.shutdown();
		}
		Awaitility.await().until(() -> this.reactor.getDelayedCalls().isEmpty());
	}

	private void every(Duration interval, Exclusive turn, AtomicBoolean done) {
		turn.take();
		if (!done.get()) {
			this.reactor.callLater(interval, () -> every(interval, turn, done));
		}
	}

	/** Something that comes by one of the ways there are. */
	private Deferred<?> somehow(ExecutorService firing) {
		return switch (ThreadLocalRandom.current().nextInt(4)) {
			case 0 -> Tasks.deferLater(this.reactor, Duration.ZERO, () -> "timer");
			case 1 -> this.reactor.deferToThread(() -> "thread");
			case 2 -> inlineCallbacks(() -> await(Tasks.deferLater(this.reactor, Duration.ZERO, () -> "nested")));
			default -> {
				Deferred<String> fired = new Deferred<>();
				firing.execute(() -> fired.callback("foreign"));
				yield fired;
			}
		};
	}

	@Test
	void aBodyStaysOnItsLoopWhoeverFiresWhatItWaitsFor() {
		Reactor several = new ReactorBuilder().name("several").eventLoops(3).build();
		several.start();
		try {
			CompletableFuture<Set<Loop>> seen = new CompletableFuture<>();
			several.callFromThread(() -> inlineCallbacks(() -> {
				Set<Loop> loops = new HashSet<>();
				for (int i = 0; i < 30; i++) {
					loops.add(((NettyReactor) several).loopHere());
					Deferred<String> fired = new Deferred<>();
					Loop other = ((NettyReactor) several).loops().get(i % 3);
					other.post(() -> fired.callback("from another loop"));
					await(fired);
				}
				return loops;
			}).addBoth((loops, failure) -> seen.complete(loops)));
			assertThat(seen.orTimeout(30, TimeUnit.SECONDS).join())
				.containsExactly(((NettyReactor) several).mainLoop());
		}
		finally {
			several.close();
		}
	}

	@Test
	void aBodyFromElsewhereBelongsToTheReactorOnceThatHasResumedIt() {
		Deferred<Object> fromReactor = new Deferred<>();
		Deferred<Object> foreign = new Deferred<>();
		List<Boolean> seen = new ArrayList<>();
		Deferred<List<Boolean>> result = inlineCallbacks(() -> {
			seen.add(this.reactor.inReactorThread());
			await(fromReactor);
			seen.add(this.reactor.inReactorThread());
			await(foreign);
			seen.add(this.reactor.inReactorThread());
			return seen;
		});
		this.running.run(() -> fromReactor.callback("x"));
		foreign.callback("y");
		assertThat(this.running.result(result)).containsExactly(false, true, true);
	}

	@Test
	void aBodyUsesTransportsAsTheReactorsThreadDoes() throws Exception {
		ListeningPort port = this.running.result(this.running.call(() -> inlineCallbacks(() -> {
			await(Tasks.deferLater(this.reactor, Duration.ZERO, () -> "first wait"));
			return this.reactor.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(() -> new Greeter(this.reactor)), 50);
		})));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			socket.getOutputStream().write('?');
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
				.hasSize(8 + 300_000)
				.startsWith("1body 2c");
		}
		this.running.result(this.running.call(() -> inlineCallbacks(() -> await(port.stopListening()))));
	}

	@Test
	void thousandsOfBodiesAreInFlight() {
		int bodies = VIRTUAL ? 10_000 : 1_500;
		List<Deferred<Integer>> gates = new ArrayList<>();
		List<Deferred<Integer>> results = this.running.call(() -> {
			List<Deferred<Integer>> started = new ArrayList<>();
			for (int i = 0; i < bodies; i++) {
				Deferred<Integer> gate = new Deferred<>();
				gates.add(gate);
				started.add(inlineCallbacks(() -> 1 + Deferreds.<Integer>await(gate)));
			}
			return started;
		});
		this.running.run(() -> {
			for (int i = 0; i < bodies; i++) {
				gates.get(i).callback(i);
			}
		});
		List<Integer> values = this.running.result(this.running.call(() -> Deferreds.gatherResults(results)));
		assertThat(values).hasSize(bodies).startsWith(1, 2, 3).endsWith(bodies);
	}

	@Test
	void aBodyBeyondTheLimitFailsAndSaysSo() {
		Reactor small = new ReactorBuilder().name("small").inlineCallbacksLimit(2).build();
		small.start();
		try {
			CompletableFuture<Throwable> refused = new CompletableFuture<>();
			small.callFromThread(() -> {
				for (int i = 0; i < 2; i++) {
					inlineCallbacks(() -> await(new Deferred<>())).addErrback((failure) -> null);
				}
				inlineCallbacks(() -> "one more").addErrback((failure) -> {
					refused.complete(failure.value());
					return null;
				});
			});
			assertThat(refused.orTimeout(10, TimeUnit.SECONDS).join()).isInstanceOf(RejectedExecutionException.class)
				.hasMessageContaining("2 bodies");
		}
		finally {
			small.close();
		}
	}

	@Test
	void aCallbackOfTheReactorThatTheBodySetsOffCannotWait() {
		AtomicInteger refused = new AtomicInteger();
		String result = this.running.result(this.running.call(() -> inlineCallbacks(() -> {
			this.reactor.callWhenRunning(() -> assertThatIllegalStateException()
				.isThrownBy(() -> await(Tasks.deferLater(this.reactor, Duration.ZERO, () -> "never mind")))
				.satisfies((ex) -> refused.incrementAndGet()));
			return "goes on";
		})));
		assertThat(result).isEqualTo("goes on");
		assertThat(refused).hasValue(1);
		Awaitility.await().until(() -> this.reactor.getDelayedCalls().isEmpty());
	}

	@Test
	void aBodyKeepsItsContextAndTheCallbackThatStartedItKeepsItsOwn() {
		List<@Nullable String> seen = new ArrayList<>();
		Deferred<@Nullable Void> result = this.running.call(() -> {
			MDC.put("who", "starter");
			Deferred<@Nullable Void> body = inlineCallbacks(() -> {
				seen.add(MDC.get("who"));
				MDC.put("who", "body");
				await(Tasks.deferLater(this.reactor, Duration.ZERO, () -> "later"));
				seen.add(MDC.get("who"));
				this.reactor.callWhenRunning(() -> seen.add(MDC.get("who")));
				await(this.reactor.deferToThread(() -> "elsewhere"));
				seen.add(MDC.get("who"));
			});
			seen.add(MDC.get("who"));
			return body;
		});
		this.running.result(result);
		assertThat(seen).containsExactly("starter", "starter", "body", "body", "body");
		assertThat(this.running.<List<@Nullable String>>call(() -> Collections.singletonList(MDC.get("who"))))
			.containsExactly((String) null);
	}

	@Test
	void aCallbackInAContextOfItsOwnThatTheBodySetsOffChangesNeitherContext() throws Exception {
		List<@Nullable String> seen = new ArrayList<>();
		ListeningPort port = this.running
			.call(() -> this.reactor.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(() -> new Protocol() {

						@Override
						protected void connectionMade() {
							MDC.put("who", "connection");
							inlineCallbacks(() -> {
								MDC.put("who", "body");
								// Calls back at once, in the context of the connection.
								transport().registerProducer(new OneShot(transport(), seen), false);
								seen.add(MDC.get("who"));
							});
							seen.add(MDC.get("who"));
						}

					}), 50));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			assertThat(socket.getInputStream().readAllBytes()).isEmpty();
		}
		this.running.result(this.running.call(port::stopListening));
		assertThat(seen).hasSize(3).endsWith("body", "connection");
	}

	// The end

	@Test
	void aStopEndsTheBodiesAndTheirThreads() {
		List<Throwable> seen = new ArrayList<>();
		AtomicInteger cleanedUp = new AtomicInteger();
		List<Thread> threads = new ArrayList<>();
		this.running.run(() -> {
			for (int i = 0; i < 50; i++) {
				inlineCallbacks(() -> {
					threads.add(Thread.currentThread());
					try {
						await(new Deferred<>());
					}
					finally {
						cleanedUp.incrementAndGet();
					}
				}).addErrback((failure) -> {
					seen.add(failure.value());
					return null;
				});
			}
		});
		assertThat(threads).hasSize(50).allMatch(Thread::isAlive);
		this.running.stop();
		assertThat(cleanedUp).hasValue(50);
		assertThat(seen).hasSize(50).allMatch(CancelledException.class::isInstance);
		Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
	}

	@Test
	void aBodyThatNeverGivesUpEndsWithTheReactorNevertheless() {
		List<Throwable> ends = new ArrayList<>();
		List<Throwable> caught = new ArrayList<>();
		this.running.run(() -> inlineCallbacks(() -> {
			while (true) {
				try {
					await(new Deferred<>());
				}
				catch (Exception ex) {
					caught.add(ex);
				}
			}
		}).addErrback((failure) -> {
			ends.add(failure.value());
			return null;
		}));
		this.running.stop();
		assertThat(caught).isNotEmpty().allMatch(CancelledException.class::isInstance);
		assertThat(ends).singleElement().isInstanceOf(CancelledException.class);
	}

	@Test
	void whatDoesNotHeedItsCancellationDoesNotKeepABody() {
		List<Throwable> ends = new ArrayList<>();
		Deferred<Object> stubborn = new Deferred<>((cancelled) -> {
			throw new IllegalStateException("not me");
		});
		this.running.run(() -> inlineCallbacks(() -> await(stubborn)).addErrback((failure) -> {
			ends.add(failure.value());
			return null;
		}));
		this.running.stop();
		assertThat(ends).singleElement()
			.isInstanceOf(CancelledException.class)
			.asString()
			.contains("The reactor has stopped");
		stubborn.callback("too late for the body");
	}

	@Test
	void aReactorThatIsStartedAgainRunsBodiesAgain() {
		this.running.run(() -> inlineCallbacks(() -> await(new Deferred<>())).addErrback((failure) -> null));
		this.running.stop();
		this.reactor.start();
		assertThat(this.running.<String>result(this.running.call(() -> inlineCallbacks(
				() -> await(Tasks.deferLater(this.reactor, Duration.ofMillis(1), () -> "second life"))))))
			.isEqualTo("second life");
	}

	@Test
	void aBodyMayStopItsReactor() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		this.running.run(() -> inlineCallbacks(() -> {
			await(Tasks.deferLater(this.reactor, Duration.ZERO, () -> "now"));
			asked.countDown();
			await(this.reactor.stop());
		}).addErrback((failure) -> null));
		assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
		Awaitility.await().until(() -> !this.reactor.running());
	}

	@Test
	void aBodyThatALostConnectionStartsAtTheVeryEndEndsToo() throws Exception {
		List<Throwable> ends = new CopyOnWriteArrayList<>();
		List<Thread> threads = new CopyOnWriteArrayList<>();
		Reactor hasty = new ReactorBuilder().name("hasty").build();
		hasty.start();
		hasty.callFromThread(() -> hasty.addSystemEventTrigger(Phase.AFTER, SystemEvent.SHUTDOWN, () -> {
			hasty.callFromThread(() -> hasty.callFromThread(() -> inlineCallbacks(() -> {
				threads.add(Thread.currentThread());
				await(new Deferred<>());
			}).addErrback((failure) -> {
				ends.add(failure.value());
				return null;
			})));
			return null;
		}));
		hasty.close();
		assertThat(ends).singleElement().isInstanceOf(CancelledException.class);
		Awaitility.await().until(() -> threads.stream().noneMatch(Thread::isAlive));
	}

	@Test
	void aBodyThatCannotHaveItsContextDoesNotHoldUpTheReactor() {
		Unwilling unwilling = new Unwilling();
		ContextRegistry.getInstance().registerThreadLocalAccessor(unwilling);
		try {
			Deferred<String> result = this.running.call(() -> {
				unwilling.value.set("here");
				try {
					return inlineCallbacks(() -> "ran");
				}
				finally {
					unwilling.value.remove();
				}
			});
			assertThat(this.running.<String>result(result)).isEqualTo("ran");
		}
		finally {
			ContextRegistry.getInstance().removeThreadLocalAccessor(unwilling.key());
		}
	}

	@Test
	void aCancellerThatEndsWithAnErrorDoesNotKeepOtherBodiesFromEnding() {
		List<Throwable> ends = new ArrayList<>();
		this.running.run(() -> {
			for (int i = 0; i < 3; i++) {
				Deferred<Object> stubborn = new Deferred<>((cancelled) -> {
					throw new AssertionError("not me");
				});
				inlineCallbacks(() -> await(stubborn)).addErrback((failure) -> {
					ends.add(failure.value());
					return null;
				});
			}
		});
		this.running.stop();
		assertThat(ends).hasSize(3).allMatch(CancelledException.class::isInstance);
	}

	/**
	 * A thread local that is given to no other thread.
	 */
	private static final class Unwilling implements ThreadLocalAccessor<String> {

		private final ThreadLocal<String> value = new ThreadLocal<>();

		@Override
		public Object key() {
			return "twisted.test.unwilling";
		}

		@Override
		public @Nullable String getValue() {
			return this.value.get();
		}

		@Override
		public void setValue(String given) {
			throw new NoClassDefFoundError("unwilling");
		}

		@Override
		public void setValue() {
			this.value.remove();
		}

	}

	/**
	 * Sees whether two are in it at a time.
	 */
	private static final class Exclusive {

		private final AtomicBoolean taken = new AtomicBoolean();

		private final AtomicInteger overlaps = new AtomicInteger();

		private final AtomicInteger exact = new AtomicInteger();

		private int plain;

		void take() {
			if (!this.taken.compareAndSet(false, true)) {
				this.overlaps.incrementAndGet();
			}
			int before = this.plain;
			this.exact.incrementAndGet();
			for (int i = 0; i < 50; i++) {
				Thread.onSpinWait();
			}
			this.plain = before + 1;
			this.taken.set(false);
		}

	}

	/**
	 * Sends nothing and lets go of its connection.
	 */
	private record OneShot(Transport transport, List<@Nullable String> seen) implements Producer {

		@Override
		public void resumeProducing() {
			this.seen.add(MDC.get("who"));
			this.transport.unregisterProducer();
			this.transport.loseConnection();
		}

		@Override
		public void stopProducing() {
		}

	}

	/**
	 * Answers from a body and from its callback in turn.
	 */
	private static final class Greeter extends Protocol {

		private final Reactor reactor;

		Greeter(Reactor reactor) {
			this.reactor = reactor;
		}

		@Override
		protected void dataReceived(byte[] data) {
			inlineCallbacks(() -> {
				transport().write(ascii("1body "));
				await(Tasks.deferLater(this.reactor, Duration.ZERO, () -> "later"));
				// More than the peer takes at once.
				transport().write(new byte[300_000]);
				transport().loseConnection();
			});
			transport().write(ascii("2c"));
		}

		private static byte[] ascii(String text) {
			return text.getBytes(StandardCharsets.US_ASCII);
		}

	}

}
