package dev.twisted.enterprise;

import java.util.function.Function;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Executes statements on one connection, which a function has for as long as what it
 * returns is not there.
 */
abstract class Lent extends LeasedStatements {

	private final Lease lease;

	private final Outcomes outcomes;

	Lent(LeasedStatements origin, Lease lease) {
		super(origin);
		this.lease = lease;
		this.outcomes = new Outcomes(origin.reactor());
	}

	final Lease lease() {
		return this.lease;
	}

	/** Wait for the statements, as {@link Outcomes#settled} does. */
	final Deferred<@Nullable Void> settled() {
		return this.outcomes.settled();
	}

	@Override
	final <T> Mono<T> once(boolean atomic, Function<Lease, Mono<T>> work) {
		return Mono.defer(() -> work.apply(this.lease));
	}

	@Override
	final <T> Flux<T> reading(Function<Lease, Flux<T>> work) {
		return Flux.defer(() -> work.apply(this.lease));
	}

	@Override
	final <T extends @Nullable Object> Deferred<T> deferred(Publisher<? extends T> publisher) {
		return this.outcomes.add(super.deferred(publisher));
	}

}
