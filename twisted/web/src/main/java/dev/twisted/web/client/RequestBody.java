package dev.twisted.web.client;

import java.util.concurrent.Executor;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Consumer;
import dev.twisted.internet.Producer;
import dev.twisted.internet.PushProducer;
import dev.twisted.web.OutgoingBytes;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * The body of one request on its way, which has the length that was announced or fails.
 */
final class RequestBody implements Consumer {

	private final BodyProducer producer;

	private final Executor home;

	private final long length;

	private final OutgoingBytes outgoing;

	private boolean started;

	/** Whether the producer has nothing more to do, whoever has said so. */
	private boolean done;

	private long written;

	/** Written on the home loop before the failure is passed on. */
	private volatile @Nullable Failure failure;

	RequestBody(BodyProducer producer, Executor home) {
		this.producer = producer;
		this.home = home;
		this.length = producer.length();
		this.outgoing = new OutgoingBytes(home, new Reins());
	}

	long length() {
		return this.length;
	}

	/** Why it could not be written; {@code null} if that is not what went wrong. */
	@Nullable Failure failure() {
		return this.failure;
	}

	/** The bytes, which begin to be written when they are subscribed to. */
	Publisher<ByteBuf> bytes() {
		return Flux.from(this.outgoing).doOnSubscribe((subscription) -> this.home.execute(this::start));
	}

	private void start() {
		if (this.started || this.done) {
			return;
		}
		this.started = true;
		Deferred.<@Nullable Void>maybeDeferred(() -> this.producer.startProducing(this))
			.<@Nullable Void>addCallbacks((done) -> {
				complete();
				return null;
			}, (problem) -> {
				if (!this.done) {
					this.done = true;
					fail(problem);
				}
				return null;
			});
	}

	private void complete() {
		if (this.done) {
			return;
		}
		this.done = true;
		if (this.length != BodyProducer.UNKNOWN_LENGTH && this.written != this.length) {
			fail(new Failure(new WrongBodyLength(this.length, this.written)));
		}
		else {
			this.outgoing.end();
		}
	}

	private void fail(Failure problem) {
		if (this.failure == null) {
			this.failure = problem;
			this.outgoing.end(problem.value());
		}
	}

	/** Nobody takes it any more, or nobody ever will. */
	void stop() {
		if (!this.done) {
			this.done = true;
			this.producer.stopProducing();
		}
	}

	@Override
	public void write(byte[] data) {
		this.home.execute(() -> {
			this.written += data.length;
			if (this.length != BodyProducer.UNKNOWN_LENGTH && this.written > this.length) {
				fail(new Failure(new WrongBodyLength(this.length, this.written)));
			}
			else {
				this.outgoing.write(data);
			}
		});
	}

	@Override
	public void registerProducer(Producer producer, boolean streaming) {
		this.outgoing.registerProducer(producer, streaming);
	}

	@Override
	public void unregisterProducer() {
		this.outgoing.unregisterProducer();
	}

	/**
	 * Holds the producer while too much waits, and stops it once.
	 */
	private final class Reins implements PushProducer {

		@Override
		public void pauseProducing() {
			RequestBody.this.producer.pauseProducing();
		}

		@Override
		public void resumeProducing() {
			RequestBody.this.producer.resumeProducing();
		}

		@Override
		public void stopProducing() {
			stop();
		}

	}

}
