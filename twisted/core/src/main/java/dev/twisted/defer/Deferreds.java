package dev.twisted.defer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Things to do with several Deferreds, and with the errors of all.
 */
public final class Deferreds {

	private Deferreds() {
	}

	/**
	 * Wait for the results of some Deferreds. The failures of those that fail stay with
	 * them.
	 * @param <T> the results of the members
	 * @param deferreds whom to wait for
	 * @return fires with the results in the order of the members, or fails with a
	 * {@link FirstErrorException} as soon as one member fails; to cancel it is to cancel
	 * every member
	 */
	public static <T extends @Nullable Object> Deferred<List<T>> gatherResults(
			Collection<? extends Deferred<? extends T>> deferreds) {
		return gatherResults(deferreds, false);
	}

	/**
	 * Wait for the results of some Deferreds.
	 * @param <T> the results of the members
	 * @param deferreds whom to wait for
	 * @param consumeErrors whether members that fail go on with {@code null}, so that
	 * their failures are not logged as unhandled
	 * @return fires with the results in the order of the members, or fails with a
	 * {@link FirstErrorException} as soon as one member fails; to cancel it is to cancel
	 * every member
	 */
	public static <T extends @Nullable Object> Deferred<List<T>> gatherResults(
			Collection<? extends Deferred<? extends T>> deferreds, boolean consumeErrors) {
		DeferredList<T> list = consumeErrors
				? new DeferredList<>(deferreds, DeferredList.Option.FIRE_ON_ONE_ERRBACK,
						DeferredList.Option.CONSUME_ERRORS)
				: new DeferredList<>(deferreds, DeferredList.Option.FIRE_ON_ONE_ERRBACK);
		return list.addCallback(Deferreds::values);
	}

	private static <T extends @Nullable Object> List<T> values(List<DeferredList.Result<T>> results) {
		List<T> values = new ArrayList<>(results.size());
		for (DeferredList.Result<T> result : results) {
			values.add(result.value());
		}
		return Collections.unmodifiableList(values);
	}

	/**
	 * Take the first success of some Deferreds and cancel the others. Their results and
	 * failures are used up.
	 * @param <T> the results of the members
	 * @param deferreds who takes part, at least one
	 * @return fires with the first result and its index; fails with a
	 * {@link FailureGroup} if all of them fail, and with an
	 * {@link IllegalArgumentException} if there are none; to cancel it is to cancel every
	 * member
	 */
	public static <T extends @Nullable Object> Deferred<Winner<T>> race(
			Collection<? extends Deferred<? extends T>> deferreds) {
		List<Deferred<? extends T>> members = List.copyOf(deferreds);
		if (members.isEmpty()) {
			return Deferred.fail(new IllegalArgumentException("Nobody can win a race without runners"));
		}
		Deferred<Winner<T>> race = new Deferred<>((cancelled) -> DeferredList.cancelAll(members));
		DeferredList.Gathering<Failure> failures = new DeferredList.Gathering<>(members.size());
		AtomicBoolean won = new AtomicBoolean();
		for (int i = 0; i < members.size(); i++) {
			int index = i;
			Deferred<? extends T> member = members.get(i);
			member.<@Nullable Void>addCallbacks((value) -> {
				if (won.compareAndSet(false, true)) {
					List<Deferred<?>> losers = new ArrayList<>(members);
					losers.remove(index);
					DeferredList.cancelAll(losers);
					race.tryFire(new Winner<T>(index, value));
				}
				return null;
			}, (failure) -> {
				List<Failure> all = failures.put(index, failure);
				if (all != null) {
					race.tryFire(new Failure(new FailureGroup(all)));
				}
				return null;
			});
		}
		return race;
	}

	/**
	 * Wait for all the items of a publisher.
	 * @param <T> the items
	 * @param publisher whose items; it must have an end, and they must fit into memory
	 * @return fires with the items in their order, or fails with the original exception;
	 * to cancel it is to cancel the subscription
	 */
	public static <T> Deferred<List<T>> collect(Publisher<? extends T> publisher) {
		return Deferred.from(Flux.<T>from(Objects.requireNonNull(publisher, "publisher")).collectList());
	}

	/**
	 * A {@link Mono} that does its work anew for each subscriber, where
	 * {@link Deferred#toMono()} has one result for all. What the function takes over from
	 * publishers, by {@link Deferred#from(Publisher)} and the like, and what it calls
	 * when those have fired, has the Reactor Context of the subscriber: a transaction,
	 * for example.
	 * @param <T> the result
	 * @param call begins the work; called in the thread that subscribes
	 * @return the Mono; to cancel a subscription is to cancel its Deferred
	 */
	public static <T> Mono<T> mono(Callable<? extends Deferred<? extends T>> call) {
		Objects.requireNonNull(call, "call");
		return Mono.deferContextual((context) -> BridgeContext.of(context).<T>call(call).toMono());
	}

	/**
	 * How many failures nobody has dealt with, found after their Deferreds had become
	 * unreachable.
	 * @return the number since the start of the process
	 */
	public static long unhandledErrors() {
		return UnhandledErrors.count();
	}

	/**
	 * Be told of every failure that nobody has dealt with, after it has been logged and
	 * counted.
	 * @param listener called in a thread of its own, soon after the garbage collector has
	 * found the Deferred; must not block
	 */
	public static void addUnhandledErrorListener(Consumer<? super Failure> listener) {
		UnhandledErrors.addListener(listener);
	}

	/**
	 * Be told no more.
	 * @param listener as given to {@link #addUnhandledErrorListener}
	 */
	public static void removeUnhandledErrorListener(Consumer<? super Failure> listener) {
		UnhandledErrors.removeListener(listener);
	}

	/**
	 * The first of several to succeed.
	 *
	 * @param <T> the result
	 * @param index the place of the winner in the list, counted from zero
	 * @param value its result
	 */
	public record Winner<T extends @Nullable Object>(int index, T value) {
	}

}
