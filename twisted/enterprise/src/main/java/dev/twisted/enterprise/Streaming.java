package dev.twisted.enterprise;

import java.util.function.Function;

import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * An {@link Errand} whose work is a Flux: its items and the demand for them go through,
 * its end is that of the errand.
 *
 * @param <T> the items
 */
final class Streaming<T> extends Flux<T> {

	private final Function<Function<Lease, Mono<Object>>, Mono<Object>> errand;

	private final Function<Lease, Flux<T>> work;

	/**
	 * Make the Flux.
	 * @param errand makes an errand of work on a connection
	 * @param work the Flux, for a connection
	 */
	Streaming(Function<Function<Lease, Mono<Object>>, Mono<Object>> errand, Function<Lease, Flux<T>> work) {
		this.errand = errand;
		this.work = work;
	}

	@Override
	public void subscribe(CoreSubscriber<? super T> actual) {
		Passage<T> passage = new Passage<>(actual);
		actual.onSubscribe(passage);
		passage.follow(this.errand.apply((lease) -> passage.through(this.work.apply(lease))));
	}

	/**
	 * Between a subscriber, which is there first, and the Flux.
	 */
	private static final class Passage<T> extends Operators.DeferredSubscription {

		private final CoreSubscriber<? super T> actual;

		private final Disposable.Swap errand = Disposables.swap();

		Passage(CoreSubscriber<? super T> actual) {
			this.actual = actual;
		}

		void follow(Mono<Object> errand) {
			this.errand.replace(errand.subscribe((nothing) -> {
			}, this.actual::onError, this.actual::onComplete, this.actual.currentContext()));
		}

		Mono<Object> through(Flux<T> items) {
			return new Mono<>() {

				@Override
				public void subscribe(CoreSubscriber<? super Object> end) {
					items.subscribe(new Items(end));
				}

			};
		}

		@Override
		public void cancel() {
			super.cancel();
			this.errand.dispose();
		}

		/**
		 * Gives the items to the one and the end to the other.
		 */
		private final class Items implements CoreSubscriber<T> {

			private final CoreSubscriber<? super Object> end;

			Items(CoreSubscriber<? super Object> end) {
				this.end = end;
			}

			@Override
			public Context currentContext() {
				return this.end.currentContext();
			}

			@Override
			public void onSubscribe(Subscription subscription) {
				this.end.onSubscribe(new Subscription() {

					@Override
					public void request(long number) {
						// The demand is that of the other one.
					}

					@Override
					public void cancel() {
						subscription.cancel();
					}

				});
				set(subscription);
			}

			@Override
			public void onNext(T item) {
				Passage.this.actual.onNext(item);
			}

			@Override
			public void onError(Throwable ex) {
				this.end.onError(ex);
			}

			@Override
			public void onComplete() {
				this.end.onComplete();
			}

		}

	}

}
