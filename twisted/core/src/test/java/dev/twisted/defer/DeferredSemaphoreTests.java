package dev.twisted.defer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * Tests for {@link DeferredSemaphore} and {@link DeferredLock}.
 */
class DeferredSemaphoreTests {

	private final List<Object> seen = new ArrayList<>();

	@Test
	void acquireGivesTheSemaphoreItself() {
		DeferredSemaphore semaphore = new DeferredSemaphore(1);
		assertThat(Results.of(semaphore.acquire()).value()).isSameAs(semaphore);
		DeferredLock lock = new DeferredLock();
		assertThat(Results.of(lock.acquire()).value()).isSameAs(lock);
		assertThat(lock.locked()).isTrue();
	}

	@Test
	void asManyAsThereAreTokensAreServedAndTheRestWaitInTurn() {
		DeferredSemaphore semaphore = new DeferredSemaphore(2);
		for (int i = 0; i < 5; i++) {
			int index = i;
			semaphore.acquire().doOnCallback((x) -> this.seen.add(index));
		}
		assertThat(this.seen).containsExactly(0, 1);
		assertThat(semaphore.tokens()).isZero();
		assertThat(semaphore.waiting()).isEqualTo(3);
		semaphore.release();
		semaphore.release();
		assertThat(this.seen).containsExactly(0, 1, 2, 3);
		semaphore.release();
		semaphore.release();
		semaphore.release();
		assertThat(this.seen).containsExactly(0, 1, 2, 3, 4);
		assertThat(semaphore.tokens()).isEqualTo(2).isEqualTo(semaphore.limit());
	}

	@Test
	void releaseWithoutAcquireIsRefused() {
		assertThatIllegalStateException().isThrownBy(() -> new DeferredSemaphore(2).release());
		assertThatIllegalStateException().isThrownBy(() -> new DeferredLock().release());
	}

	@Test
	void aSemaphoreWithoutTokensIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new DeferredSemaphore(0));
	}

	@Test
	void oneWhoIsCancelledWhileWaitingLeavesTheQueue() {
		DeferredLock lock = new DeferredLock();
		lock.acquire();
		Deferred<DeferredLock> cancelled = lock.acquire();
		Results results = Results.of(cancelled);
		Deferred<DeferredLock> next = lock.acquire();
		cancelled.cancel();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
		assertThat(lock.waiting()).isEqualTo(1);
		lock.release();
		assertThat(next.called()).isTrue();
	}

	@Test
	void runGivesTheTokenBackWhenTheDeferredSucceeds() {
		DeferredLock lock = new DeferredLock();
		Deferred<Integer> work = new Deferred<>();
		Results results = Results.of(lock.run(() -> work));
		assertThat(lock.locked()).isTrue();
		work.callback(1);
		assertThat(results.value()).isEqualTo(1);
		assertThat(lock.locked()).isFalse();
	}

	@Test
	void runGivesTheTokenBackWhenTheDeferredFails() {
		DeferredLock lock = new DeferredLock();
		Deferred<Integer> work = new Deferred<>();
		Results results = Results.of(lock.run(() -> work));
		work.errback(new IOException("gone"));
		assertThat(results.exception()).hasMessage("gone");
		assertThat(lock.locked()).isFalse();
	}

	@Test
	void runGivesTheTokenBackWhenTheFunctionThrows() {
		DeferredSemaphore semaphore = new DeferredSemaphore(1);
		Results results = Results.of(semaphore.<Integer>run(() -> {
			throw new IOException("at once");
		}));
		assertThat(results.exception()).hasMessage("at once");
		assertThat(semaphore.tokens()).isEqualTo(1);
	}

	@Test
	void runCallsTheFunctionOnlyWhenItsTurnHasCome() {
		DeferredLock lock = new DeferredLock();
		lock.acquire();
		Results results = Results.of(lock.run(() -> {
			this.seen.add("called");
			return Deferred.succeed(1);
		}));
		assertThat(this.seen).isEmpty();
		lock.release();
		assertThat(this.seen).containsExactly("called");
		assertThat(results.value()).isEqualTo(1);
	}

	@Test
	void aRunThatIsCancelledWhileWaitingIsNeverCalled() {
		DeferredLock lock = new DeferredLock();
		lock.acquire();
		Deferred<Integer> run = lock.run(() -> {
			this.seen.add("called");
			return Deferred.succeed(1);
		});
		Results results = Results.of(run);
		run.cancel();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
		lock.release();
		assertThat(this.seen).isEmpty();
		assertThat(lock.locked()).isFalse();
	}

	@Test
	void aHundredThousandWhoWaitAreServedWithoutStack() {
		DeferredLock lock = new DeferredLock();
		lock.acquire();
		int[] served = new int[1];
		for (int i = 0; i < 100_000; i++) {
			lock.run(() -> {
				served[0]++;
				return Deferred.succeed(1);
			});
		}
		lock.release();
		assertThat(served[0]).isEqualTo(100_000);
		assertThat(lock.locked()).isFalse();
	}

	@Test
	void whoReleasesAndAsksAgainComesAfterThoseWhoWait() {
		DeferredLock lock = new DeferredLock();
		lock.acquire();
		lock.acquire().doOnCallback((x) -> {
			this.seen.add("first");
			lock.release();
			lock.acquire().doOnCallback((y) -> this.seen.add("first again"));
		});
		lock.acquire().doOnCallback((x) -> {
			this.seen.add("second");
			lock.release();
		});
		lock.release();
		assertThat(this.seen).containsExactly("first", "second", "first again");
	}

}
