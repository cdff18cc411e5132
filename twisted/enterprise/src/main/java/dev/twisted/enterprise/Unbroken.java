package dev.twisted.enterprise;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Reads what a driver has to say to its end, also if the subscriber has cancelled.
 *
 * @param <T> the items
 */
final class Unbroken<T> implements CoreSubscriber<T>, Subscription {

	private final CoreSubscriber<? super T> actual;

	private final Consumer<Unbroken<?>> abandoned;

	private final Consumer<@Nullable Throwable> ended;

	private final Consumer<Throwable> failing;

	private final AtomicBoolean cancelled = new AtomicBoolean();

	/** Keeps the demand until the driver is there. */
	private final Operators.DeferredSubscription upstream = new Operators.DeferredSubscription();

	/**
	 * Make the link, which is also the subscription of the subscriber.
	 * @param abandoned called when the subscriber cancels before the end
	 * @param ended called at the end, with the failure if there is one, before the
	 * subscriber learns of it
	 * @param failing called with what the subscriber is about to be told as a failure
	 */
	Unbroken(CoreSubscriber<? super T> actual, Consumer<Unbroken<?>> abandoned, Consumer<@Nullable Throwable> ended,
			Consumer<Throwable> failing) {
		this.actual = actual;
		this.abandoned = abandoned;
		this.ended = ended;
		this.failing = failing;
	}

	@Override
	public Context currentContext() {
		return this.actual.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.upstream.set(subscription);
	}

	@Override
	public void onNext(T item) {
		if (this.cancelled.get()) {
			Operators.onDiscard(item, currentContext());
		}
		else if (item instanceof Unusable unusable) {
			cancel();
			fail(unusable.cause());
		}
		else {
			this.actual.onNext(item);
		}
	}

	@Override
	public void onError(Throwable ex) {
		boolean passOn = finish();
		this.ended.accept(ex);
		if (passOn) {
			fail(ex);
		}
	}

	private void fail(Throwable ex) {
		this.failing.accept(ex);
		this.actual.onError(ex);
	}

	@Override
	public void onComplete() {
		boolean passOn = finish();
		this.ended.accept(null);
		if (passOn) {
			this.actual.onComplete();
		}
	}

	/** Whether the subscriber still wants to know; it cannot cancel after this. */
	private boolean finish() {
		return this.cancelled.compareAndSet(false, true);
	}

	boolean isCancelled() {
		return this.cancelled.get();
	}

	@Override
	public void request(long number) {
		this.upstream.request(number);
	}

	@Override
	public void cancel() {
		if (this.cancelled.compareAndSet(false, true)) {
			this.upstream.request(Long.MAX_VALUE);
			this.abandoned.accept(this);
		}
	}

	/**
	 * An item that nothing could be made of. To throw this would have the driver break
	 * its conversation with the database off.
	 *
	 * @param cause why
	 */
	record Unusable(Throwable cause) {
	}

}
