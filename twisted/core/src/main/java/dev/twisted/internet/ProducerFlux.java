package dev.twisted.internet;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import dev.twisted.defer.Failure;
import dev.twisted.defer.QueueOverflowException;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Operators;
import reactor.core.publisher.Sinks;
import reactor.util.concurrent.Queues;
import reactor.util.context.Context;

/**
 * What a protocol receives, as a {@link Flux}: the subscriber's demand resumes and pauses
 * the connection, so a slow subscriber slows its peer down and nothing piles up.
 *
 * <pre class="code">
 * class Prices extends LineReceiver {
 *
 * 	private ProducerFlux&lt;String&gt; lines;
 *
 * 	protected void connectionMade() {
 * 		this.lines = new ProducerFlux&lt;&gt;(transport());
 * 		this.market.follow(this.lines.map(Price::parse));
 * 	}
 *
 * 	protected void lineReceived(String line) {
 * 		this.lines.itemReceived(line);
 * 	}
 *
 * 	protected void connectionLost(Failure reason) {
 * 		this.lines.connectionLost(reason);
 * 	}
 *
 * }
 * </pre>
 * <p>
 * The producer is paused from the start, and whenever nobody asks for more; the end of a
 * connection that is paused is not seen before it is resumed. What is still given then
 * waits here: one read of a connection may hold many items. There is a limit to that; who
 * goes over it gets an exception, which closes the connection and ends the Flux.
 * <p>
 * There is one subscriber. To cancel the subscription is to stop the producer: a
 * connection is lost, after what was written to it has been sent.
 * <p>
 * {@link #itemReceived} and {@link #connectionLost} belong to the thread of the producer.
 * Items are passed on in that thread, or in the one that asks for those that wait, never
 * two at a time.
 *
 * @param <T> the items
 */
public final class ProducerFlux<T> extends Flux<T> {

	/** As many items as one read of a connection can hold: 65536 of one byte each. */
	public static final int DEFAULT_LIMIT = 65536;

	private final PushProducer producer;

	private final int limit;

	private final Sinks.Many<T> items = Sinks.unsafe()
		.many()
		.unicast()
		.onBackpressureBuffer(Queues.<T>unbounded(Queues.XS_BUFFER_SIZE).get());

	private final AtomicBoolean subscribed = new AtomicBoolean();

	/** How many items were asked for and have not come. */
	private final AtomicLong demand = new AtomicLong();

	/** How many items have come and were not asked for. */
	private final AtomicInteger waiting = new AtomicInteger();

	private final AtomicBoolean paused = new AtomicBoolean(true);

	/**
	 * Make a Flux that holds up to {@value #DEFAULT_LIMIT} items that nobody asks for
	 * yet, and pause the producer.
	 * @param producer what to pause and resume: a transport, or a receiver on it that can
	 * be paused within a read; resumed and stopped in any thread, paused in its own
	 */
	public ProducerFlux(PushProducer producer) {
		this(producer, DEFAULT_LIMIT);
	}

	/**
	 * Make a Flux and pause the producer.
	 * @param producer what to pause and resume: a transport, or a receiver on it that can
	 * be paused within a read; resumed and stopped in any thread, paused in its own
	 * @param limit how many items may wait here, at least one
	 */
	public ProducerFlux(PushProducer producer, int limit) {
		if (limit < 1) {
			throw new IllegalArgumentException("A limit of %d leaves no room for an item".formatted(limit));
		}
		this.producer = producer;
		this.limit = limit;
		producer.pauseProducing();
	}

	/**
	 * Pass an item on. After the subscription has been cancelled it is dropped.
	 * @param item the item
	 * @throws QueueOverflowException if too many are waiting already; the Flux fails with
	 * it, too, once those have gone
	 * @throws IllegalStateException after {@link #connectionLost}
	 */
	public void itemReceived(T item) {
		if (this.waiting.incrementAndGet() > this.limit) {
			this.waiting.decrementAndGet();
			QueueOverflowException overflow = new QueueOverflowException(
					"Nobody takes what is received: %d items are waiting".formatted(this.limit));
			this.items.tryEmitError(overflow);
			throw overflow;
		}
		switch (this.items.tryEmitNext(item)) {
			case OK -> pauseUnlessAsked();
			case FAIL_CANCELLED -> {
				this.waiting.decrementAndGet();
				Operators.onDiscard(item, Context.empty());
			}
			default -> {
				this.waiting.decrementAndGet();
				throw new IllegalStateException("An item was received after the end: " + item);
			}
		}
	}

	/**
	 * End the Flux once the items that wait have gone: in order after a
	 * {@link ConnectionDone}, or else with the original exception.
	 * @param reason why there is nothing more to come
	 */
	public void connectionLost(Failure reason) {
		if (reason.check(ConnectionDone.class) != null) {
			this.items.tryEmitComplete();
		}
		else {
			this.items.tryEmitError(reason.value());
		}
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> subscriber) {
		if (this.subscribed.compareAndSet(false, true)) {
			this.items.asFlux().subscribe(new Demand(subscriber));
		}
		else {
			Operators.error(subscriber, new IllegalStateException("A ProducerFlux has one subscriber, and has had it"));
		}
	}

	/** In the thread of the producer. */
	private void pauseUnlessAsked() {
		if (this.demand.get() == 0) {
			// Also if it is paused: a call to resume it may be on its way. In this order,
			// since who asks meanwhile resumes only what is known to be paused.
			this.producer.pauseProducing();
			this.paused.set(true);
			resumeIfAsked();
		}
	}

	private void resumeIfAsked() {
		if (this.demand.get() > 0 && this.paused.compareAndSet(true, false)) {
			this.producer.resumeProducing();
		}
	}

	/**
	 * Keeps count of what the subscriber asks for.
	 */
	private final class Demand implements CoreSubscriber<T>, Subscription {

		private final CoreSubscriber<? super T> subscriber;

		private final AtomicBoolean cancelled = new AtomicBoolean();

		private Subscription source = Operators.emptySubscription();

		Demand(CoreSubscriber<? super T> subscriber) {
			this.subscriber = subscriber;
		}

		@Override
		public Context currentContext() {
			return this.subscriber.currentContext();
		}

		@Override
		public void onSubscribe(Subscription subscription) {
			this.source = subscription;
			this.subscriber.onSubscribe(this);
		}

		@Override
		public void onNext(T item) {
			ProducerFlux.this.waiting.decrementAndGet();
			ProducerFlux.this.demand.updateAndGet((asked) -> (asked == Long.MAX_VALUE) ? asked : asked - 1);
			this.subscriber.onNext(item);
		}

		@Override
		public void onError(Throwable ex) {
			this.subscriber.onError(ex);
		}

		@Override
		public void onComplete() {
			this.subscriber.onComplete();
		}

		@Override
		public void request(long number) {
			if (Operators.validate(number)) {
				ProducerFlux.this.demand.updateAndGet((asked) -> Operators.addCap(asked, number));
			}
			this.source.request(number);
			resumeIfAsked();
		}

		@Override
		public void cancel() {
			this.source.cancel();
			if (this.cancelled.compareAndSet(false, true)) {
				ProducerFlux.this.producer.stopProducing();
			}
		}

	}

}
