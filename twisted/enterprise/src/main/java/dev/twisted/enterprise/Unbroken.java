package dev.twisted.enterprise;

import java.util.concurrent.atomic.AtomicBoolean;

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

	private final Runnable abandoned;

	private final End end;

	private final AtomicBoolean cancelled = new AtomicBoolean();

	private Subscription upstream = Operators.emptySubscription();

	/**
	 * Make the link.
	 * @param abandoned called when the subscriber cancels before the end
	 * @param end called at the end, before the subscriber learns of it
	 */
	Unbroken(CoreSubscriber<? super T> actual, Runnable abandoned, End end) {
		this.actual = actual;
		this.abandoned = abandoned;
		this.end = end;
	}

	@Override
	public Context currentContext() {
		return this.actual.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		this.upstream = subscription;
		this.actual.onSubscribe(this);
	}

	@Override
	public void onNext(T item) {
		if (this.cancelled.get()) {
			Operators.onDiscard(item, currentContext());
		}
		else {
			this.actual.onNext(item);
		}
	}

	@Override
	public void onError(Throwable ex) {
		boolean passOn = finish();
		this.end.ended(!passOn, ex);
		if (passOn) {
			this.actual.onError(ex);
		}
	}

	@Override
	public void onComplete() {
		boolean passOn = finish();
		this.end.ended(!passOn, null);
		if (passOn) {
			this.actual.onComplete();
		}
	}

	/** Whether the subscriber still wants to know; it cannot cancel after this. */
	private boolean finish() {
		return this.cancelled.compareAndSet(false, true);
	}

	@Override
	public void request(long number) {
		this.upstream.request(number);
	}

	@Override
	public void cancel() {
		if (this.cancelled.compareAndSet(false, true)) {
			this.abandoned.run();
			this.upstream.request(Long.MAX_VALUE);
		}
	}

	/**
	 * Told of the end.
	 */
	@FunctionalInterface
	interface End {

		void ended(boolean abandoned, @Nullable Throwable failure);

	}

}
