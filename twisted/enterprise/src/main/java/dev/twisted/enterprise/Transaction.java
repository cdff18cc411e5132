package dev.twisted.enterprise;

import java.util.function.Function;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * What an interaction executes its statements with: they all belong to one transaction.
 * It is good until the interaction is over.
 * <p>
 * Statements are executed one after another, in the order in which they were begun, and
 * all are waited for before the commit. So who waits for a statement while reading a
 * stream of the same transaction waits for ever, or until the time is up. Once the
 * database has undone the transaction by itself, as after a deadlock, nothing more can be
 * executed.
 */
public final class Transaction extends LeasedStatements {

	private final Lease lease;

	Transaction(LeasedStatements origin, Lease lease) {
		super(origin);
		this.lease = lease;
	}

	@Override
	<T> Mono<T> once(boolean atomic, Function<Lease, Mono<T>> work) {
		return Mono.defer(() -> work.apply(this.lease));
	}

	@Override
	<T> Flux<T> reading(Function<Lease, Flux<T>> work) {
		return Flux.defer(() -> work.apply(this.lease));
	}

}
