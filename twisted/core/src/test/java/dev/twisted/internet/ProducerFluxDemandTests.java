package dev.twisted.internet;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.defer.Failure;
import dev.twisted.defer.QueueOverflowException;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.test.StepVerifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

/**
 * What a {@link ProducerFlux} asks of its producer.
 */
class ProducerFluxDemandTests {

	private static final Duration PATIENCE = Duration.ofSeconds(10);

	private final List<String> asked = new ArrayList<>();

	private final PushProducer producer = new PushProducer() {

		@Override
		public void pauseProducing() {
			ProducerFluxDemandTests.this.asked.add("pause");
		}

		@Override
		public void resumeProducing() {
			ProducerFluxDemandTests.this.asked.add("resume");
		}

		@Override
		public void stopProducing() {
			ProducerFluxDemandTests.this.asked.add("stop");
		}

	};

	@Test
	void theProducerIsPausedFromTheStart() {
		new ProducerFlux<>(this.producer);
		assertThat(this.asked).containsExactly("pause");
	}

	@Test
	void theFirstDemandResumesTheProducerAndTheLastItemAskedForPausesIt() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		Asking<String> subscriber = new Asking<>();
		flux.subscribe(subscriber);
		assertThat(this.asked).containsExactly("pause");
		subscriber.request(2);
		assertThat(this.asked).containsExactly("pause", "resume");
		flux.itemReceived("a");
		assertThat(this.asked).containsExactly("pause", "resume");
		flux.itemReceived("b");
		assertThat(this.asked).containsExactly("pause", "resume", "pause");
		assertThat(subscriber.items).containsExactly("a", "b");
	}

	@Test
	void aSubscriberThatAsksForOneAfterTheOtherInTimeNeverPausesTheProducer() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		flux.subscribe(new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				subscription.request(1);
			}

			@Override
			protected void hookOnNext(String item) {
				request(1);
			}

		});
		for (int i = 0; i < 100; i++) {
			flux.itemReceived("item");
		}
		assertThat(this.asked).containsExactly("pause", "resume");
	}

	@Test
	void itemsThatNobodyAskedForWaitAndTheProducerStaysPausedUntilTheyAreGone() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		flux.itemReceived("a");
		flux.itemReceived("b");
		Asking<String> subscriber = new Asking<>();
		flux.subscribe(subscriber);
		this.asked.clear();
		subscriber.request(2);
		assertThat(subscriber.items).containsExactly("a", "b");
		assertThat(this.asked).isEmpty();
		subscriber.request(1);
		assertThat(this.asked).containsExactly("resume");
	}

	@Test
	void unboundedDemandNeverPausesTheProducer() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		flux.subscribe();
		flux.itemReceived("a");
		flux.itemReceived("b");
		assertThat(this.asked).containsExactly("pause", "resume");
	}

	@Test
	void cancellingStopsTheProducerOnce() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		Asking<String> subscriber = new Asking<>();
		flux.subscribe(subscriber);
		subscriber.cancel();
		subscriber.cancel();
		assertThat(this.asked).containsExactly("pause", "stop");
	}

	@Test
	void whatComesAfterTheCancellationIsDropped() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		List<Object> dropped = new ArrayList<>();
		Asking<String> subscriber = new Asking<>();
		flux.doOnDiscard(String.class, dropped::add).subscribe(subscriber);
		flux.itemReceived("waiting");
		subscriber.cancel();
		flux.itemReceived("late");
		assertThat(subscriber.items).isEmpty();
		assertThat(dropped).contains("waiting");
	}

	@Test
	void moreThanTheLimitIsAnErrorForBothSides() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer, 2);
		flux.itemReceived("a");
		flux.itemReceived("b");
		assertThatExceptionOfType(QueueOverflowException.class).isThrownBy(() -> flux.itemReceived("c"))
			.withMessageContaining("2 items");
		StepVerifier.create(flux).expectNext("a", "b").expectError(QueueOverflowException.class).verify(PATIENCE);
	}

	@Test
	void theLimitIsForItemsThatWaitAndNotForThoseThatHaveGone() {
		ProducerFlux<Integer> flux = new ProducerFlux<>(this.producer, 1);
		Asking<Integer> subscriber = new Asking<>();
		flux.subscribe(subscriber);
		for (int i = 0; i < 10; i++) {
			flux.itemReceived(i);
			subscriber.request(1);
		}
		assertThat(subscriber.items).hasSize(10);
	}

	@Test
	void theEndComesAfterTheItemsThatWait() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		flux.itemReceived("a");
		flux.connectionLost(ConnectionDone.FAILURE);
		StepVerifier.create(flux).expectNext("a").expectComplete().verify(PATIENCE);
	}

	@Test
	void anyOtherReasonIsAnErrorAfterTheItemsThatWait() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		IOException boom = new IOException("boom");
		flux.itemReceived("a");
		flux.connectionLost(new Failure(boom));
		StepVerifier.create(flux)
			.expectNext("a")
			.expectErrorSatisfies((ex) -> assertThat(ex).isSameAs(boom))
			.verify(PATIENCE);
	}

	@Test
	void anItemAfterTheEndIsAMistake() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		flux.connectionLost(ConnectionDone.FAILURE);
		assertThatIllegalStateException().isThrownBy(() -> flux.itemReceived("late")).withMessageContaining("late");
	}

	@Test
	void aSecondSubscriberIsRefused() {
		ProducerFlux<String> flux = new ProducerFlux<>(this.producer);
		flux.subscribe();
		this.asked.clear();
		StepVerifier.create(flux).expectError(IllegalStateException.class).verify(PATIENCE);
		assertThat(this.asked).isEmpty();
	}

	@Test
	void aLimitLeavesRoomForAnItem() {
		assertThatIllegalArgumentException().isThrownBy(() -> new ProducerFlux<>(this.producer, 0));
	}

	@Test
	void whoAsksFromAnotherThreadIsNeverLeftWaiting() throws Exception {
		int total = 100_000;
		AtomicInteger credit = new AtomicInteger();
		Gate gate = new Gate();
		ProducerFlux<Integer> flux = new ProducerFlux<>(gate);
		CountDownLatch done = new CountDownLatch(total);
		BaseSubscriber<Integer> subscriber = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
			}

			@Override
			protected void hookOnNext(Integer item) {
				credit.incrementAndGet();
				done.countDown();
			}

		};
		flux.subscribe(subscriber);
		Thread producing = new Thread(() -> {
			for (int i = 0; i < total; i++) {
				if (!gate.awaitOpen()) {
					return;
				}
				flux.itemReceived(i);
			}
		});
		credit.set(1);
		Thread asking = new Thread(() -> {
			while (done.getCount() > 0 && !Thread.currentThread().isInterrupted()) {
				int number = credit.getAndSet(0);
				if (number > 0) {
					subscriber.request(number);
				}
				Thread.onSpinWait();
			}
		});
		producing.start();
		asking.start();
		boolean all = done.await(60, TimeUnit.SECONDS);
		producing.interrupt();
		asking.interrupt();
		assertThat(all).isTrue();
	}

	/**
	 * Asks for what it is told to ask for.
	 */
	private static final class Asking<T> extends BaseSubscriber<T> {

		private final List<T> items = new ArrayList<>();

		@Override
		protected void hookOnSubscribe(Subscription subscription) {
		}

		@Override
		protected void hookOnNext(T item) {
			this.items.add(item);
		}

	}

	/**
	 * Holds its producer's thread up while it is paused.
	 */
	private static final class Gate implements PushProducer {

		private boolean open;

		@Override
		public synchronized void pauseProducing() {
			this.open = false;
		}

		@Override
		public synchronized void resumeProducing() {
			this.open = true;
			notifyAll();
		}

		@Override
		public void stopProducing() {
		}

		synchronized boolean awaitOpen() {
			try {
				while (!this.open) {
					wait();
				}
				return true;
			}
			catch (InterruptedException ex) {
				return false;
			}
		}

	}

}
