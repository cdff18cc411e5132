package dev.twisted.enterprise;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;

import io.r2dbc.spi.Connection;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Reads what a driver has to say to its end, also if the subscriber has cancelled.
 *
 * @param <T> the items
 */
final class Unbroken<T> extends Operators.DeferredSubscription implements CoreSubscriber<T> {

	private final Lease lease;

	private final Function<Connection, ? extends Publisher<? extends T>> work;

	private final CoreSubscriber<? super T> actual;

	private final Consumer<Throwable> failing;

	private final AtomicBoolean cancelled = new AtomicBoolean();

	/**
	 * Make the link, which is also the subscription of the subscriber and keeps its
	 * demand until the driver is there.
	 * @param lease told when the subscriber cancels before the end, and of the end before
	 * the subscriber is
	 * @param work what the driver is to do
	 * @param failing called with what the subscriber is about to be told as a failure
	 */
	Unbroken(Lease lease, Function<Connection, ? extends Publisher<? extends T>> work, CoreSubscriber<? super T> actual,
			Consumer<Throwable> failing) {
		this.lease = lease;
		this.work = work;
		this.actual = actual;
		this.failing = failing;
	}

	/** Have the driver begin. */
	void begin() {
		this.lease.database().perform(this.lease.connection(), this.work, this);
	}

	@Override
	public Context currentContext() {
		return this.actual.currentContext();
	}

	@Override
	public void onSubscribe(Subscription subscription) {
		set(subscription);
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
		this.lease.ended(ex);
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
		this.lease.ended(null);
		if (passOn) {
			this.actual.onComplete();
		}
	}

	/** Whether the subscriber still wants to know; it cannot cancel after this. */
	private boolean finish() {
		return this.cancelled.compareAndSet(false, true);
	}

	boolean isForNobody() {
		return this.cancelled.get();
	}

	@Override
	public void cancel() {
		if (this.cancelled.compareAndSet(false, true)) {
			request(Long.MAX_VALUE);
			this.lease.abandoned(this);
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
