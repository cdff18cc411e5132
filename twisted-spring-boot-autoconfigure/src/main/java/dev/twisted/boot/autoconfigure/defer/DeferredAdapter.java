package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.defer.Deferred;
import org.reactivestreams.Publisher;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ReactiveTypeDescriptor;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Tells a {@link ReactiveAdapterRegistry} how a {@link Deferred} becomes a publisher and
 * back.
 */
final class DeferredAdapter {

	private DeferredAdapter() {
	}

	/**
	 * Make Deferreds known. A registry that knows them stays as it is.
	 * @param registry whom to tell; the shared one belongs to all contexts
	 */
	static void register(ReactiveAdapterRegistry registry) {
		synchronized (registry) {
			if (registry.getAdapter(Deferred.class) == null) {
				registry.registerReactiveType(
						ReactiveTypeDescriptor.nonDeferredAsyncValue(Deferred.class, () -> Deferred.succeed(null)),
						DeferredAdapter::toPublisher, DeferredAdapter::toDeferred);
			}
		}
	}

	/** A method may have been called in a way that gives a publisher already. */
	private static Publisher<?> toPublisher(Object source) {
		return (source instanceof Deferred<?> deferred) ? deferred.toMono() : (Publisher<?>) source;
	}

	/**
	 * Spring gives publishers of one item. The end is waited for, since only then is a
	 * transaction committed.
	 */
	private static Deferred<?> toDeferred(Publisher<?> publisher) {
		return Deferred.from((publisher instanceof Mono<?> mono) ? mono : Flux.from(publisher).singleOrEmpty());
	}

}
