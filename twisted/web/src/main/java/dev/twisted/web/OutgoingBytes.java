package dev.twisted.web;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;

import dev.twisted.internet.Consumer;
import dev.twisted.internet.Producer;
import dev.twisted.internet.PushProducer;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscriber;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Operators;

/**
 * Bytes on their way from callbacks of the reactor to one subscriber, which takes them as
 * it likes. When more than {@value #HIGH_WATER_MARK} bytes wait for it, whoever writes is
 * paused until all of them have gone.
 * <p>
 * May be used from any thread; everything happens on one loop.
 */
public final class OutgoingBytes implements Consumer, Publisher<ByteBuf> {

	/** As many bytes may wait before who writes them is paused. */
	public static final int HIGH_WATER_MARK = 64 * 1024;

	private final Executor loop;

	/** Paused while too much waits, if no producer is registered. */
	private final PushProducer writer;

	private final Queue<ByteBuf> queue = new ArrayDeque<>();

	private @Nullable Subscriber<? super ByteBuf> subscriber;

	/** Volatile for those on other threads, who must not register another. */
	private volatile @Nullable Producer producer;

	private boolean streaming;

	/** Whether the pull producer owes a piece. */
	private boolean asked;

	private long demand;

	private long waiting;

	private boolean behind;

	private boolean draining;

	private boolean ended;

	private boolean over;

	private @Nullable Throwable failure;

	/**
	 * Make it.
	 * @param loop runs everything, one after the other
	 * @param writer who writes, to be paused, resumed and stopped as long as no producer
	 * is registered
	 */
	public OutgoingBytes(Executor loop, PushProducer writer) {
		this.loop = loop;
		this.writer = writer;
	}

	@Override
	public void write(byte[] data) {
		write(Unpooled.wrappedBuffer(data));
	}

	/**
	 * Take some data.
	 * @param data the bytes, which are released by this or by the subscriber
	 */
	public void write(ByteBuf data) {
		this.loop.execute(() -> {
			this.asked = false;
			if (this.ended || this.over || !data.isReadable()) {
				data.release();
			}
			else {
				this.waiting += data.readableBytes();
				this.queue.add(data);
			}
			drain();
		});
	}

	/**
	 * There is no more to come.
	 */
	public void end() {
		end(null);
	}

	/**
	 * There is no more to come.
	 * @param failure why, {@code null} if that is as it should be
	 */
	public void end(@Nullable Throwable failure) {
		this.loop.execute(() -> {
			if (!this.ended) {
				this.ended = true;
				this.failure = failure;
				drain();
			}
		});
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		if (streaming && !(producer instanceof PushProducer)) {
			throw new IllegalArgumentException(
					"A streaming producer is a PushProducer, which %s is not".formatted(producer));
		}
		if (this.producer != null) {
			throw new IllegalStateException("There is a producer already");
		}
		this.loop.execute(() -> {
			if (this.over || this.ended) {
				producer.stopProducing();
				return;
			}
			this.producer = producer;
			this.streaming = streaming;
			this.asked = false;
			if (this.behind && streaming) {
				((PushProducer) producer).pauseProducing();
			}
			drain();
		});
	}

	@Override
	public void unregisterProducer() {
		this.loop.execute(() -> this.producer = null);
	}

	@Override
	public void subscribe(Subscriber<? super ByteBuf> subscriber) {
		this.loop.execute(() -> {
			if (this.subscriber != null) {
				Operators.error(subscriber, new IllegalStateException("There is a subscriber already"));
				return;
			}
			this.subscriber = subscriber;
			subscriber.onSubscribe(new Demand());
			drain();
		});
	}

	private void drain() {
		if (this.draining) {
			return;
		}
		this.draining = true;
		try {
			boolean more = true;
			while (more) {
				emit();
				more = pull();
			}
		}
		finally {
			this.draining = false;
		}
		tell();
	}

	private void emit() {
		Subscriber<? super ByteBuf> taker = this.subscriber;
		while (taker != null && this.demand > 0 && !this.queue.isEmpty()) {
			this.demand--;
			ByteBuf next = this.queue.remove();
			this.waiting -= next.readableBytes();
			taker.onNext(next);
		}
		if (taker != null && this.ended && !this.over && this.queue.isEmpty()) {
			this.over = true;
			if (this.failure != null) {
				taker.onError(this.failure);
			}
			else {
				taker.onComplete();
			}
		}
	}

	/** Ask a pull producer for its next piece; true if it has given it at once. */
	private boolean pull() {
		Producer puller = this.producer;
		if (puller == null || this.streaming || this.asked || this.ended || this.demand == 0 || !this.queue.isEmpty()) {
			return false;
		}
		this.asked = true;
		puller.resumeProducing();
		return !this.queue.isEmpty() || this.producer != puller;
	}

	/** Pause or resume who writes. */
	private void tell() {
		boolean full = this.waiting > HIGH_WATER_MARK;
		if (this.over || (this.behind ? this.waiting > 0 : !full)) {
			return;
		}
		this.behind = full;
		PushProducer paused = pausable();
		if (paused != null && full) {
			paused.pauseProducing();
		}
		else if (paused != null) {
			paused.resumeProducing();
		}
	}

	/** Who is to be paused; {@code null} if it waits to be asked anyway. */
	private @Nullable PushProducer pausable() {
		Producer registered = this.producer;
		if (registered == null) {
			return this.writer;
		}
		return this.streaming ? (PushProducer) registered : null;
	}

	private void cancel() {
		if (this.over) {
			return;
		}
		this.over = true;
		this.queue.forEach(ByteBuf::release);
		this.queue.clear();
		this.waiting = 0;
		Producer registered = this.producer;
		this.producer = null;
		// First, so that it knows why the other one ends.
		this.writer.stopProducing();
		if (registered != null) {
			registered.stopProducing();
		}
	}

	/**
	 * What the subscriber asks for.
	 */
	private final class Demand implements Subscription {

		@Override
		public void request(long number) {
			if (Operators.validate(number)) {
				OutgoingBytes.this.loop.execute(() -> {
					OutgoingBytes.this.demand = Operators.addCap(OutgoingBytes.this.demand, number);
					drain();
				});
			}
		}

		@Override
		public void cancel() {
			OutgoingBytes.this.loop.execute(OutgoingBytes.this::cancel);
		}

	}

}
