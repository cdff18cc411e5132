package dev.twisted.defer;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for Deferreds that several threads use at the same time. Each repeats a race many
 * times, with all threads let go at once.
 */
@Timeout(120)
class DeferredThreadsTests {

	private static final int ROUNDS = 20_000;

	private final ExecutorService threads = Executors.newCachedThreadPool();

	@AfterEach
	void stop() {
		this.threads.shutdownNow();
	}

	@Test
	void ofSeveralThreadsThatFireExactlyOneSucceeds() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Deferred<Integer> deferred = new Deferred<>();
			AtomicInteger calls = new AtomicInteger();
			deferred.doOnCallback((x) -> calls.incrementAndGet());
			List<Boolean> won = race(() -> fire(deferred, 1), () -> fire(deferred, 2));
			assertThat(won).containsOnlyOnce(true);
			assertThat(calls).hasValue(1);
		}
	}

	private static boolean fire(Deferred<Integer> deferred, int value) {
		try {
			deferred.callback(value);
			return true;
		}
		catch (AlreadyCalledException ex) {
			return false;
		}
	}

	@Test
	void callbacksAddedWhileAnotherThreadFiresAllRunOnceInOrderAndNeverOverlap() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Deferred<Integer> deferred = new Deferred<>();
			Monitor first = new Monitor();
			Monitor second = new Monitor();
			AtomicBoolean inside = new AtomicBoolean();
			race(() -> {
				deferred.callback(1);
				return true;
			}, () -> add(deferred, first, inside), () -> add(deferred, second, inside));
			first.verify();
			second.verify();
		}
	}

	private static boolean add(Deferred<Integer> deferred, Monitor monitor, AtomicBoolean inside) {
		for (int i = 0; i < 20; i++) {
			int step = i;
			deferred.doOnCallback((x) -> {
				boolean alone = inside.compareAndSet(false, true);
				// A plain field: seen by the next callback only if there is an order.
				monitor.next(step, alone);
				inside.set(false);
			});
		}
		return true;
	}

	@Test
	void cancelAgainstCallbackGivesOneOutcomeAndRefusesNothing() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Deferred<Integer> deferred = new Deferred<>();
			AtomicInteger good = new AtomicInteger();
			AtomicInteger bad = new AtomicInteger();
			deferred.addCallbacks((x) -> good.incrementAndGet(), (failure) -> bad.incrementAndGet());
			race(() -> {
				deferred.callback(1);
				return true;
			}, () -> {
				deferred.cancel();
				return true;
			});
			assertThat(good.get() + bad.get()).isEqualTo(1);
		}
	}

	@Test
	void cancelFromSeveralThreadsRunsTheCancellerOnce() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			AtomicInteger cancelled = new AtomicInteger();
			Deferred<Integer> deferred = new Deferred<>((self) -> cancelled.incrementAndGet());
			AtomicInteger failed = new AtomicInteger();
			deferred.addErrback((failure) -> failed.incrementAndGet());
			Callable<Boolean> cancel = () -> {
				deferred.cancel();
				return true;
			};
			race(cancel, cancel);
			assertThat(cancelled).hasValue(1);
			assertThat(failed).hasValue(1);
		}
	}

	@Test
	void pauseAndUnpauseAgainstCallbackLoseNoCallback() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Deferred<Integer> deferred = new Deferred<>();
			Monitor monitor = new Monitor();
			add(deferred, monitor, new AtomicBoolean());
			race(() -> {
				deferred.callback(1);
				return true;
			}, () -> {
				for (int i = 0; i < 5; i++) {
					deferred.pause();
					deferred.unpause();
				}
				return true;
			});
			monitor.verify();
		}
	}

	@Test
	void anInnerOneThatFiresWhileItIsBeingReturnedIsNeverLost() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Deferred<Integer> inner = new Deferred<>();
			Deferred<Integer> outer = new Deferred<>();
			AtomicInteger result = new AtomicInteger();
			AtomicInteger added = new AtomicInteger();
			outer.compose((x) -> inner).doOnCallback(result::addAndGet);
			race(() -> {
				inner.callback(5);
				return true;
			}, () -> {
				outer.callback(1);
				return true;
			}, () -> {
				outer.doOnCallback((x) -> added.incrementAndGet());
				return true;
			});
			assertThat(result).hasValue(5);
			assertThat(added).hasValue(1);
		}
	}

	@Test
	void aLinkThatIsShortenedWhileTheLastOneFiresAndOthersLookOnIsNeverLost() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Deferred<Integer> last = new Deferred<>();
			Deferred<Integer> middle = new Deferred<>();
			AtomicInteger result = new AtomicInteger();
			AtomicInteger lookers = new AtomicInteger();
			Deferred.succeed(1).compose((x) -> middle.compose((y) -> last)).doOnCallback(result::addAndGet);
			race(() -> {
				middle.callback(2);
				return true;
			}, () -> {
				last.callback(5);
				return true;
			}, () -> {
				middle.doOnBoth(lookers::incrementAndGet);
				return true;
			});
			// Who looks at the middle one in time sees the result first, and may not keep
			// it from going on.
			assertThat(result).hasValue(5);
			assertThat(lookers).hasValue(1);
		}
	}

	@Test
	void cancellingAChainWhileItsLinksAreShortenedAlwaysEndsIt() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			Deferred<Integer> last = new Deferred<>();
			Deferred<Integer> middle = new Deferred<>();
			AtomicInteger ended = new AtomicInteger();
			Deferred<Integer> outer = Deferred.succeed(1).compose((x) -> middle.compose((y) -> last));
			outer.addBoth((x, failure) -> ended.incrementAndGet());
			race(() -> {
				middle.callback(2);
				return true;
			}, () -> {
				outer.cancel();
				return true;
			});
			outer.cancel();
			assertThat(ended).hasValue(1);
		}
	}

	@Test
	void aQueueLosesNothingWhenThoseWhoWaitAreCancelled() throws Exception {
		for (int round = 0; round < ROUNDS; round++) {
			DeferredQueue<Integer> queue = new DeferredQueue<>();
			AtomicInteger got = new AtomicInteger();
			Deferred<Integer> waiting = queue.get();
			waiting.addCallbacks((x) -> got.incrementAndGet(), (failure) -> 0);
			race(() -> {
				queue.put(1);
				return true;
			}, () -> {
				waiting.cancel();
				return true;
			});
			assertThat(got.get() + queue.pending()).isEqualTo(1);
			assertThat(queue.waiting()).isZero();
		}
	}

	@Test
	void aLockIsHeldByOneAtATimeAndNeverGetsStuck() throws Exception {
		DeferredLock lock = new DeferredLock();
		AtomicInteger held = new AtomicInteger();
		AtomicInteger served = new AtomicInteger();
		AtomicInteger overlaps = new AtomicInteger();
		Callable<Boolean> user = () -> {
			for (int i = 0; i < ROUNDS; i++) {
				lock.run(() -> {
					if (held.incrementAndGet() != 1) {
						overlaps.incrementAndGet();
					}
					served.incrementAndGet();
					held.decrementAndGet();
					return Deferred.succeed(1);
				});
				if (i % 3 == 0) {
					Deferred<DeferredLock> impatient = lock.acquire();
					impatient.addCallbacks((x) -> {
						lock.release();
						return 1;
					}, (failure) -> 0);
					impatient.cancel();
				}
			}
			return true;
		};
		race(user, user);
		assertThat(overlaps).hasValue(0);
		assertThat(served).hasValue(2 * ROUNDS);
		assertThat(lock.locked()).isFalse();
		assertThat(lock.waiting()).isZero();
	}

	@SafeVarargs
	private List<Boolean> race(Callable<Boolean>... runners) throws Exception {
		CyclicBarrier start = new CyclicBarrier(runners.length);
		List<Future<Boolean>> futures = new ArrayList<>();
		for (Callable<Boolean> runner : runners) {
			futures.add(this.threads.submit(() -> {
				start.await();
				return runner.call();
			}));
		}
		List<Boolean> results = new ArrayList<>();
		for (Future<Boolean> future : futures) {
			try {
				results.add(future.get(30, TimeUnit.SECONDS));
			}
			catch (ExecutionException ex) {
				throw new AssertionError(ex.getCause());
			}
		}
		return results;
	}

	/**
	 * Counts the callbacks of one thread, without any synchronization of its own.
	 */
	private static final class Monitor {

		private int expected;

		private int mistakes;

		void next(int step, boolean alone) {
			if (step != this.expected || !alone) {
				this.mistakes++;
			}
			this.expected++;
		}

		void verify() {
			assertThat(this.mistakes).isZero();
			assertThat(this.expected).isEqualTo(20);
		}

	}

}
