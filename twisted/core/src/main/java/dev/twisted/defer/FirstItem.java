package dev.twisted.defer;

import java.util.concurrent.Executor;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Fires a Deferred with the first item of a publisher.
 *
 * @param <T> the item
 */
final class FirstItem<T extends @Nullable Object> extends Operators.DeferredSubscription implements CoreSubscriber<T> {

	private final Homecoming<T> result;

	/** Whether the publisher ends after its first item by itself. */
	private final boolean single;

	private boolean done;

	FirstItem(Executor executor, boolean single) {
		this.result = new Homecoming<>(executor, this::cancel);
		this.single = single;
	}

	Deferred<T> of(Publisher<? extends T> publisher) {
		try {
			publisher.subscribe(this);
		}
		catch (RuntimeException ex) {
			// Not what a publisher should do, but what some will.
			onError(ex);
		}
		return this.result.deferred();
	}

	@Override
	public Context currentContext() {
		return this.result.context();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		set(subscription);
		request(this.single ? Long.MAX_VALUE : 1);
	}

	@Override
	public void onNext(T item) {
		if (this.done) {
			return;
		}
		this.done = true;
		if (!this.single) {
			cancel();
		}
		this.result.fire(item);
	}

	@Override
	public void onError(Throwable ex) {
		if (this.done) {
			Operators.onErrorDropped(ex, currentContext());
			return;
		}
		this.done = true;
		this.result.fire(new Failure(ex));
	}

	@Override
	@SuppressWarnings("NullAway")
	public void onComplete() {
		if (!this.done) {
			this.done = true;
			this.result.fire(null);
		}
	}

}
