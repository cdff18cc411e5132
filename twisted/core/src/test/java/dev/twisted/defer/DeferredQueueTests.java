package dev.twisted.defer;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * Tests for {@link DeferredQueue}.
 */
class DeferredQueueTests {

	private final List<Object> seen = new ArrayList<>();

	@Test
	void objectsLeaveInTheOrderInWhichTheyCame() {
		DeferredQueue<Integer> queue = new DeferredQueue<>();
		queue.put(1);
		queue.put(2);
		assertThat(queue.pending()).isEqualTo(2);
		assertThat(Results.of(queue.get()).value()).isEqualTo(1);
		assertThat(Results.of(queue.get()).value()).isEqualTo(2);
		assertThat(queue.pending()).isZero();
	}

	@Test
	void thoseWhoWaitAreServedInTheOrderInWhichTheyAsked() {
		DeferredQueue<Integer> queue = new DeferredQueue<>();
		queue.get().doOnCallback((x) -> this.seen.add("first " + x));
		queue.get().doOnCallback((x) -> this.seen.add("second " + x));
		assertThat(queue.waiting()).isEqualTo(2);
		queue.put(1);
		queue.put(2);
		assertThat(this.seen).containsExactly("first 1", "second 2");
	}

	@Test
	void nullIsAnObjectLikeAnyOther() {
		DeferredQueue<Integer> queue = new DeferredQueue<>();
		queue.put(null);
		assertThat(Results.of(queue.get()).value()).isNull();
	}

	@Test
	void oneObjectTooManyIsRefusedAtOnce() {
		DeferredQueue<Integer> queue = new DeferredQueue<>(1);
		queue.put(1);
		assertThatExceptionOfType(QueueOverflowException.class).isThrownBy(() -> queue.put(2));
		assertThat(queue.pending()).isEqualTo(1);
	}

	@Test
	void aQueueOfSizeZeroHandsOverDirectly() {
		DeferredQueue<Integer> queue = new DeferredQueue<>(0);
		assertThatExceptionOfType(QueueOverflowException.class).isThrownBy(() -> queue.put(1));
		Results results = Results.of(queue.get());
		queue.put(2);
		assertThat(results.value()).isEqualTo(2);
	}

	@Test
	void oneTooManyWhoWaitsIsRefusedAtOnce() {
		DeferredQueue<Integer> queue = new DeferredQueue<>(10, 1);
		Results results = Results.of(queue.get());
		assertThatExceptionOfType(QueueUnderflowException.class).isThrownBy(queue::get);
		queue.put(1);
		assertThat(results.value()).isEqualTo(1);
	}

	@Test
	void oneWhoIsCancelledWhileWaitingLosesNoObject() {
		DeferredQueue<Integer> queue = new DeferredQueue<>();
		Deferred<Integer> cancelled = queue.get();
		Results results = Results.of(cancelled);
		Results next = Results.of(queue.get());
		cancelled.cancel();
		assertThat(results.exception()).isInstanceOf(CancelledException.class);
		assertThat(queue.waiting()).isEqualTo(1);
		queue.put(1);
		assertThat(next.value()).isEqualTo(1);
	}

	@Test
	void limitsBelowZeroAreRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> new DeferredQueue<Integer>(-1));
		assertThatIllegalArgumentException().isThrownBy(() -> new DeferredQueue<Integer>(1, -1));
	}

	@Test
	void aDeferredIsRefusedAsAnObject() {
		DeferredQueue<Object> queue = new DeferredQueue<>();
		assertThatIllegalArgumentException().isThrownBy(() -> queue.put(Deferred.succeed(1)));
	}

}
