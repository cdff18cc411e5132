package dev.twisted.defer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.MonoSink;
import reactor.core.publisher.Operators;

/**
 * Gives the one result of a Deferred to any number of subscribers, the later ones
 * included, and cancels the Deferred when the last of them has gone without it.
 *
 * @param <T> the result
 */
final class MonoBridge<T> implements Consumer<MonoSink<T>> {

	private final Deferred<?> source;

	private List<Subscriber<T>> waiting = new ArrayList<>(1);

	private boolean settled;

	private @Nullable Object result;

	/** Set when everybody has gone. */
	private boolean abandoned;

	/** Rests on a failure that nobody has asked for yet. */
	private @Nullable Deferred<@Nullable Object> unclaimed;

	MonoBridge(Deferred<T> source) {
		this.source = source;
		source.<@Nullable Void>addBoth((result, failure) -> {
			settle(result, failure);
			return null;
		});
	}

	/** Somebody subscribes. */
	@Override
	public void accept(MonoSink<T> sink) {
		Subscriber<T> subscriber = new Subscriber<>(sink);
		if (join(subscriber)) {
			sink.onCancel(() -> leave(subscriber));
			return;
		}
		Deferred<@Nullable Object> claimed;
		synchronized (this) {
			claimed = this.unclaimed;
			this.unclaimed = null;
		}
		if (claimed != null) {
			claimed.addErrback((failure) -> null);
		}
		subscriber.deliver(this.result);
	}

	private synchronized boolean join(Subscriber<T> subscriber) {
		return !this.settled && this.waiting.add(subscriber);
	}

	private void settle(@Nullable Object result, @Nullable Failure failure) {
		List<Subscriber<T>> subscribers;
		synchronized (this) {
			this.result = (failure != null) ? failure : result;
			this.settled = true;
			subscribers = this.waiting;
			this.waiting = List.of();
			if (failure != null && subscribers.isEmpty() && !isTheirWish(failure)) {
				this.unclaimed = Deferred.<@Nullable Object>fail(failure);
			}
		}
		for (Subscriber<T> subscriber : subscribers) {
			subscriber.deliver(this.result);
		}
	}

	private boolean isTheirWish(Failure failure) {
		return this.abandoned && failure.value() instanceof CancelledException;
	}

	private void leave(Subscriber<T> subscriber) {
		synchronized (this) {
			if (this.settled || !this.waiting.remove(subscriber) || !this.waiting.isEmpty()) {
				return;
			}
			this.abandoned = true;
		}
		try {
			this.source.cancel();
		}
		catch (RuntimeException ex) {
			subscriber.dropped(ex);
		}
	}

	/**
	 * One of those who want to know.
	 */
	private static final class Subscriber<T> {

		private final MonoSink<T> sink;

		private final BridgeContext surroundings;

		Subscriber(MonoSink<T> sink) {
			this.sink = sink;
			this.surroundings = BridgeContext.of(sink.contextView());
		}

		@SuppressWarnings("unchecked")
		void deliver(@Nullable Object result) {
			this.surroundings.run(() -> {
				if (result instanceof Failure failure) {
					this.sink.error(failure.value());
				}
				else if (result != null) {
					this.sink.success((T) result);
				}
				else {
					this.sink.success();
				}
			});
		}

		void dropped(Throwable ex) {
			Operators.onErrorDropped(ex, this.surroundings.context());
		}

	}

}
