package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@EveryTransport
class ReactorThreadsTests {

	@RegisterExtension
	private final RunningReactor running;

	private Reactor reactor;

	ReactorThreadsTests(EventLoopModel model) {
		this.running = new RunningReactor(model,
				(builder) -> builder.threadPoolSize(1).threadPoolQueue(2).shutdownTimeout(Duration.ofMillis(300)));
	}

	@BeforeEach
	void reactor() {
		this.reactor = this.running.get();
	}

	// callFromThread

	@Test
	void callsFromManyThreadsKeepTheOrderOfEachCaller() throws Exception {
		int callers = 4;
		int calls = 20_000;
		Map<Integer, List<Integer>> seen = new ConcurrentHashMap<>();
		CountDownLatch all = new CountDownLatch(callers * calls);
		for (int caller = 0; caller < callers; caller++) {
			int id = caller;
			seen.put(id, new ArrayList<>());
			new Thread(() -> {
				for (int i = 0; i < calls; i++) {
					int number = i;
					this.reactor.callFromThread(() -> {
						seen.get(id).add(number);
						all.countDown();
					});
				}
			}).start();
		}
		assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
		List<Integer> sorted = IntStream.range(0, calls).boxed().toList();
		assertThat(seen.values()).allSatisfy((numbers) -> assertThat(numbers).isEqualTo(sorted));
	}

	@Test
	void writesFromOtherThreadsKeepTheOrderOfEachCallerAlsoAmongItsCalls() throws Exception {
		int callers = 3;
		int rounds = 2000;
		CompletableFuture<Recorder> made = new CompletableFuture<>();
		ListeningPort port = listen(() -> new Recorder() {
			@Override
			protected void connectionMade() {
				made.complete(this);
			}
		});
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			Recorder protocol = made.get(10, TimeUnit.SECONDS);
			for (int caller = 0; caller < callers; caller++) {
				int id = caller;
				new Thread(() -> {
					for (int i = 0; i < rounds; i++) {
						// Written by the thread itself and by the reactor for it, in
						// turn.
						String line = id + " " + i + "\n";
						if (i % 2 == 0) {
							protocol.write(line);
						}
						else {
							this.reactor.callFromThread(() -> protocol.write(line));
						}
					}
				}).start();
			}
			socket.setSoTimeout(20_000);
			List<List<Integer>> seen = IntStream.range(0, callers)
				.<List<Integer>>mapToObj((i) -> new ArrayList<>())
				.toList();
			java.io.BufferedReader lines = new java.io.BufferedReader(
					new java.io.InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
			for (int i = 0; i < callers * rounds; i++) {
				String[] line = lines.readLine().split(" ");
				seen.get(Integer.parseInt(line[0])).add(Integer.parseInt(line[1]));
			}
			List<Integer> sorted = IntStream.range(0, rounds).boxed().toList();
			assertThat(seen).allSatisfy((numbers) -> assertThat(numbers).isEqualTo(sorted));
		}
		stopListening(port);
	}

	@Test
	void aCallThatAlwaysMakesItselfAgainStarvesNoInput() throws Exception {
		ListeningPort port = listen(Echo::new);
		AtomicInteger turns = new AtomicInteger();
		CompletableFuture<Boolean> enough = new CompletableFuture<>();
		this.reactor.callFromThread(() -> again(turns, enough));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			// Far less than the second that Netty would spend on tasks before it looks
			// again.
			socket.setSoTimeout(500);
			for (int i = 0; i < 100; i++) {
				socket.getOutputStream().write(i);
				assertThat(socket.getInputStream().read()).isEqualTo(i);
			}
		}
		finally {
			enough.complete(true);
		}
		stopListening(port);
	}

	@Test
	void aCallThatAlwaysMakesItselfAgainStarvesNoTimer() throws Exception {
		AtomicInteger turns = new AtomicInteger();
		CompletableFuture<Boolean> enough = new CompletableFuture<>();
		this.reactor.callFromThread(() -> again(turns, enough));
		this.reactor.callLater(Duration.ofMillis(5), () -> enough.complete(true));
		assertThat(enough.get(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void aCallThatAlwaysMakesItselfAgainDoesNotKeepTheReactorFromStopping() {
		AtomicInteger turns = new AtomicInteger();
		CompletableFuture<Boolean> never = new CompletableFuture<>();
		this.reactor.callFromThread(() -> again(turns, never));
		Awaitility.await().until(() -> turns.get() > 10);
		this.running.stop();
		assertThat(this.reactor.running()).isFalse();
	}

	private void again(AtomicInteger turns, CompletableFuture<Boolean> enough) {
		turns.incrementAndGet();
		if (!enough.isDone()) {
			this.reactor.callFromThread(() -> again(turns, enough));
		}
	}

	@Test
	void aCallFromTheReactorsOwnThreadIsMadeLaterNotInside() {
		List<String> order = new CopyOnWriteArrayList<>();
		this.running.run(() -> {
			this.reactor.callFromThread(() -> order.add("called"));
			order.add("returned");
		});
		Awaitility.await().untilAsserted(() -> assertThat(order).containsExactly("returned", "called"));
	}

	@Test
	void aCallFromThreadThatFailsIsCountedAndTheOthersGoOn() {
		this.running.expectErrors(2);
		this.reactor.callFromThread(() -> {
			throw new IOException("expected by the test");
		});
		this.reactor.callFromThread(() -> {
			throw new AssertionError("expected by the test");
		});
		assertThat(this.running.<Integer>call(() -> 7)).isEqualTo(7);
		assertThat(this.reactor.statistics().callbackErrors()).isEqualTo(2);
	}

	// callInThread

	@Test
	void callInThreadRunsOnAnotherThread() throws Exception {
		CompletableFuture<Boolean> inReactor = new CompletableFuture<>();
		this.reactor.callInThread(() -> inReactor.complete(this.reactor.inReactorThread()));
		assertThat(inReactor.get(10, TimeUnit.SECONDS)).isFalse();
	}

	@Test
	void callInThreadThatFailsIsCountedAndTheThreadsGoOn() {
		this.running.expectErrors(1);
		this.reactor.callInThread(() -> {
			throw new IOException("expected by the test");
		});
		assertThat(this.running.result(this.reactor.deferToThread(() -> 7))).isEqualTo(7);
		assertThat(this.reactor.statistics().callbackErrors()).isOne();
	}

	@Test
	void callInThreadIsRefusedWhenAllThreadsAreBusyAndTheQueueIsFull() {
		CountDownLatch release = occupyPool();
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> this.reactor.callInThread(() -> {
		})).withMessage("All 1 threads of the pool are busy and 2 calls are waiting for one");
		release.countDown();
	}

	@Test
	void callInThreadThatWaitsForAThreadWhenTheReactorStopsIsCounted() {
		this.running.expectErrors(2);
		CountDownLatch release = occupyPool();
		this.running.stop();
		assertThat(this.reactor.statistics().callbackErrors()).isEqualTo(2);
		release.countDown();
	}

	// deferToThread

	@Test
	void deferToThreadRunsOnAnotherThreadAndFiresOnTheReactors() {
		List<Boolean> inReactor = new CopyOnWriteArrayList<>();
		this.running.run(() -> this.reactor.deferToThread(() -> {
			inReactor.add(this.reactor.inReactorThread());
			return "value";
		}).addCallback((value) -> inReactor.add(this.reactor.inReactorThread())));
		Awaitility.await().until(() -> inReactor.size() == 2);
		assertThat(inReactor).containsExactly(false, true);
	}

	@Test
	void deferToThreadFailsWithWhatTheFunctionThrew() {
		IllegalStateException thrown = new IllegalStateException("expected by the test");
		assertThat(failure(() -> this.reactor.deferToThread(() -> {
			throw thrown;
		})).value()).isSameAs(thrown);
	}

	@Test
	void deferToThreadFailsWithAnErrorAsWell() {
		AssertionError thrown = new AssertionError("expected by the test");
		assertThat(failure(() -> this.reactor.deferToThread(() -> {
			throw thrown;
		})).value()).isSameAs(thrown);
	}

	@Test
	void aDeferredReturnedInAThreadIsHandedThrough() {
		Deferred<String> inner = new Deferred<>();
		Deferred<Object> outer = this.reactor.deferToThread(() -> inner);
		assertThat(
				this.running.<Object>call(() -> this.reactor.callLater(Duration.ZERO, () -> inner.callback("later"))))
			.isNotNull();
		assertThat(this.running.result(outer)).isEqualTo("later");
	}

	@Test
	void deferToThreadFailsWhenAllThreadsAreBusyAndTheQueueIsFull() {
		CountDownLatch release = occupyPool();
		Failure failure = failure(() -> this.reactor.deferToThread(() -> "never"));
		assertThat(failure.value()).isInstanceOf(RejectedExecutionException.class)
			.hasMessage("All 1 threads of the pool are busy and 2 calls are waiting for one");
		release.countDown();
	}

	@Test
	void aRefusedDeferToThreadAlsoFiresOnTheReactorsThread() throws Exception {
		CountDownLatch release = occupyPool();
		CompletableFuture<Boolean> inReactor = new CompletableFuture<>();
		this.running.run(() -> this.reactor.deferToThread(() -> "never")
			.addBoth((value, failure) -> inReactor.complete(failure != null && this.reactor.inReactorThread())));
		assertThat(inReactor.get(10, TimeUnit.SECONDS)).isTrue();
		release.countDown();
	}

	@Test
	void cancellingDeferToThreadLeavesTheThreadRunning() throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
		Deferred<String> result = this.reactor.deferToThread(() -> {
			started.countDown();
			release.await();
			interrupted.complete(Thread.currentThread().isInterrupted());
			return "too late";
		});
		assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
		Failure failure = failure(() -> {
			result.cancel();
			return result;
		});
		assertThat(failure.value()).isInstanceOf(CancelledException.class);
		release.countDown();
		assertThat(interrupted.get(10, TimeUnit.SECONDS)).isFalse();
		// The late result bothers nobody.
		assertThat(this.running.result(this.reactor.deferToThread(() -> 7))).isEqualTo(7);
	}

	@Test
	void callsThatWaitForAThreadWhenTheReactorStopsFail() throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.reactor.callInThread(() -> {
			started.countDown();
			release.await();
		});
		assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
		CompletableFuture<Failure> failed = failureOf(this.reactor.deferToThread(() -> "never"));
		this.reactor.addSystemEventTrigger(Reactor.Phase.AFTER, Reactor.SystemEvent.SHUTDOWN, release::countDown);
		this.running.stop();
		assertThat(failed).isDone();
		assertThat(failed.get().value()).isInstanceOf(RejectedExecutionException.class)
			.hasMessageContaining("stopped before a thread");
	}

	@Test
	void aCallThatEndsWhileTheReactorStopsIsWaitedFor() throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		CompletableFuture<String> where = new CompletableFuture<>();
		this.reactor.<String>deferToThread(() -> {
			started.countDown();
			release.await();
			return "value";
		}).addCallback((value) -> where.complete(value + ", reactor's thread: " + this.reactor.inReactorThread()));
		assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
		this.reactor.addSystemEventTrigger(Reactor.Phase.DURING, Reactor.SystemEvent.SHUTDOWN, release::countDown);
		this.running.stop();
		assertThat(where).isCompletedWithValue("value, reactor's thread: true");
	}

	@Test
	void aCallThatRunsOnAfterTheStopStillFires() throws Exception {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		Deferred<String> result = this.reactor.deferToThread(() -> {
			started.countDown();
			awaitStubbornly(release);
			return "late";
		});
		CompletableFuture<String> value = new CompletableFuture<>();
		result.addCallback(value::complete);
		assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
		this.running.stop();
		assertThat(value).isNotDone();
		release.countDown();
		assertThat(value.get(10, TimeUnit.SECONDS)).isEqualTo("late");
	}

	@Test
	void callsThatEndAtAnyMomentOfTheStopAllFire() throws Exception {
		for (int round = 0; round < 10; round++) {
			Reactor other = new ReactorBuilder().eventLoopModel(EventLoopModel.NIO)
				.threadPoolSize(3)
				.shutdownTimeout(Duration.ZERO)
				.build();
			other.start();
			List<CompletableFuture<Object>> results = new ArrayList<>();
			CountDownLatch begun = new CountDownLatch(3);
			for (int i = 0; i < 3; i++) {
				int spin = i * round * 2_000_000;
				CompletableFuture<Object> result = new CompletableFuture<>();
				results.add(result);
				other.deferToThread(() -> {
					begun.countDown();
					long end = System.nanoTime() + spin;
					while (System.nanoTime() < end) {
						Thread.onSpinWait();
					}
					return "done";
				}).addBoth((value, failure) -> result.complete("fired"));
			}
			assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
			CompletableFuture<Object> stopped = new CompletableFuture<>();
			other.stop().addBoth((value, failure) -> stopped.complete("stopped"));
			stopped.get(10, TimeUnit.SECONDS);
			for (CompletableFuture<Object> result : results) {
				assertThat(result.get(10, TimeUnit.SECONDS)).isEqualTo("fired");
			}
		}
	}

	@Test
	void callsToAStoppedPoolAreRefused() throws Exception {
		this.running.stop();
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> this.reactor.callInThread(() -> {
		})).withMessageContaining("has stopped");
		CompletableFuture<Failure> failed = failureOf(this.reactor.deferToThread(() -> "never"));
		assertThat(failed.get(10, TimeUnit.SECONDS).value()).isInstanceOf(RejectedExecutionException.class)
			.hasMessageContaining("has stopped");
	}

	// The pool

	@Test
	void aLargerPoolRunsMoreCallsTogether() throws Exception {
		this.reactor.suggestThreadPoolSize(3);
		CountDownLatch together = new CountDownLatch(3);
		for (int i = 0; i < 3; i++) {
			this.reactor.callInThread(() -> {
				together.countDown();
				together.await();
			});
		}
		assertThat(together.await(10, TimeUnit.SECONDS)).isTrue();
	}

	@Test
	void aSmallerPoolRunsFewerCallsTogether() throws Exception {
		this.reactor.suggestThreadPoolSize(4);
		this.reactor.suggestThreadPoolSize(1);
		CountDownLatch release = occupyPool();
		assertThatExceptionOfType(RejectedExecutionException.class).isThrownBy(() -> this.reactor.callInThread(() -> {
		}));
		release.countDown();
	}

	@Test
	void aPoolWithoutThreadsIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.reactor.suggestThreadPoolSize(0))
			.withMessageContaining("0 threads");
	}

	// blockingCallFromThread

	@Test
	void blockingCallFromThreadGivesTheResult() throws Exception {
		String result = this.reactor
			.blockingCallFromThread(() -> "reactor's thread: " + this.reactor.inReactorThread());
		assertThat(result).isEqualTo("reactor's thread: true");
	}

	@Test
	void blockingCallFromThreadWaitsForADeferred() throws Exception {
		String result = this.reactor.blockingCallFromThread(() -> {
			Deferred<String> later = new Deferred<>();
			this.reactor.callLater(Duration.ofMillis(1), () -> later.callback("later"));
			return later;
		});
		assertThat(result).isEqualTo("later");
	}

	@Test
	void blockingCallFromThreadThrowsWhatTheFunctionThrew() {
		IOException thrown = new IOException("expected by the test");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> this.reactor.blockingCallFromThread(() -> {
			throw thrown;
		})).isSameAs(thrown);
	}

	@Test
	void blockingCallFromThreadThrowsWhatTheDeferredFailedWith() {
		IOException thrown = new IOException("expected by the test");
		assertThatExceptionOfType(IOException.class)
			.isThrownBy(() -> this.reactor.blockingCallFromThread(() -> Deferred.fail(thrown)))
			.isSameAs(thrown);
	}

	@Test
	void blockingCallFromThreadFailsAtOnceOnTheReactorsThread() {
		this.running.run(() -> assertThatIllegalStateException()
			.isThrownBy(() -> this.reactor.blockingCallFromThread(() -> "never"))
			.withMessageContaining("own thread"));
	}

	@Test
	void blockingCallFromThreadFailsAtOnceIfTheReactorDoesNotRun() {
		this.running.stop();
		assertThatIllegalStateException().isThrownBy(() -> this.reactor.blockingCallFromThread(() -> "never"))
			.withMessageContaining("not running");
	}

	@Test
	void blockingCallFromThreadThatWaitsWhenTheReactorStopsFails() throws Exception {
		CountDownLatch asked = new CountDownLatch(1);
		CompletableFuture<Object> answer = new CompletableFuture<>();
		Thread caller = new Thread(() -> {
			try {
				answer.complete(this.reactor.blockingCallFromThread(() -> {
					asked.countDown();
					return new Deferred<>();
				}));
			}
			catch (Exception ex) {
				answer.completeExceptionally(ex);
			}
		});
		caller.start();
		assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
		this.running.stop();
		assertThat(answer).failsWithin(Duration.ofSeconds(10))
			.withThrowableThat()
			.havingCause()
			.isInstanceOf(IllegalStateException.class)
			.withMessageContaining("stopped");
		caller.join();
	}

	private ListeningPort listen(java.util.function.Supplier<Protocol> protocol) {
		return this.running.call(() -> this.reactor
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Factory.forProtocol(protocol), 50));
	}

	private void stopListening(ListeningPort port) {
		this.running.result(this.running.call(port::stopListening));
	}

	/** Keep the only thread busy and the queue full until the latch is released. */
	private CountDownLatch occupyPool() {
		CountDownLatch started = new CountDownLatch(1);
		CountDownLatch release = new CountDownLatch(1);
		this.reactor.callInThread(() -> {
			started.countDown();
			awaitStubbornly(release);
		});
		try {
			assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
		for (int i = 0; i < 2; i++) {
			this.reactor.callInThread(() -> {
			});
		}
		return release;
	}

	private static void awaitStubbornly(CountDownLatch latch) {
		while (true) {
			try {
				latch.await();
				return;
			}
			catch (InterruptedException ex) {
				// The reactor stops; this call does not care.
			}
		}
	}

	private Failure failure(Callable<Deferred<?>> call) {
		return this.running.<CompletableFuture<Failure>>call(() -> failureOf(call.call()))
			.orTimeout(10, TimeUnit.SECONDS)
			.join();
	}

	private static CompletableFuture<Failure> failureOf(Deferred<?> deferred) {
		CompletableFuture<Failure> failed = new CompletableFuture<>();
		deferred.addBoth((value, failure) -> failed.complete(failure));
		return failed;
	}

	static final class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

}
