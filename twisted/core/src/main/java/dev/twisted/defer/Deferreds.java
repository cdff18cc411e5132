package dev.twisted.defer;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Things to do with several Deferreds, functions that wait for them, and the errors of
 * all.
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
	 * Run a function that is written from top to bottom and waits for Deferreds with
	 * {@link #await}. Follows Twisted's {@code inlineCallbacks}.
	 * <p>
	 * The body begins to run at once, and this returns when it waits for the first time
	 * or has ended. It runs as callbacks do: what starts it, and later what fires the
	 * Deferred it waits for, goes on when it waits again. In a reactor's turn it has the
	 * reactor to itself and may do all that belongs to the reactor's thread, although its
	 * own is another one; between two waits nothing else of that loop runs. It stays on
	 * its loop, whoever fires what it waits for. A body that was started elsewhere runs
	 * in the turn of whoever resumes it, and belongs to a loop from the first time that
	 * this is one.
	 * <p>
	 * Each body in flight has a thread: a virtual one where there are such, otherwise one
	 * of a pool. On Java 21 to 23 a body that waits inside {@code synchronized} holds a
	 * carrier thread, of which there are few; use a {@link DeferredLock}. The body has
	 * the context of its starter as the reactor's calls have it, such as the MDC, and
	 * keeps its own after that, but no other thread locals. A body that blocks in any
	 * other way than {@code await} holds up the reactor as any callback does.
	 * <p>
	 * To cancel the result is to cancel what the body waits for, which usually shows as a
	 * {@link CancelledException} there. The body may catch it and go on: the result is
	 * what the body makes of it. While the body runs, what it will wait for next is
	 * cancelled. When the reactor stops, the wait ends with a {@link CancelledException},
	 * and so does one more that the body may try; a body that goes on trying is ended
	 * with an {@link Error}.
	 * @param <T> the result
	 * @param body the function; if it returns a Deferred, that is waited for; a returned
	 * {@link Failure} is the same as an exception
	 * @return fires with what the body returns or throws; fails with a
	 * {@link java.util.concurrent.RejectedExecutionException} if there are too many
	 * bodies in flight
	 */
	public static <T extends @Nullable Object> Deferred<T> inlineCallbacks(Callable<? extends T> body) {
		return new Body<T>(Objects.requireNonNull(body, "body")).start();
	}

	/**
	 * Run a function that waits for Deferreds with {@link #await}, and begin it
	 * elsewhere, such as in a reactor's turn:
	 * {@code inlineCallbacks(body, (begin) -> reactor.callFromThread(begin::run))}. All
	 * else is as with {@link #inlineCallbacks(Callable)}.
	 * @param <T> the result
	 * @param body the function
	 * @param starter runs what begins the body; to cancel the result before that keeps
	 * the body from beginning
	 * @return fires with what the body returns or throws
	 */
	public static <T extends @Nullable Object> Deferred<T> inlineCallbacks(Callable<? extends T> body,
			Executor starter) {
		return new Body<T>(Objects.requireNonNull(body, "body")).startBy(starter);
	}

	/**
	 * Run a function that has no result and waits for Deferreds with {@link #await}; all
	 * else is as with {@link #inlineCallbacks(Callable)}.
	 * @param body the function
	 * @return fires with {@code null} when the body has ended, or with what it throws
	 */
	public static Deferred<@Nullable Void> inlineCallbacks(Action body) {
		Objects.requireNonNull(body, "body");
		return new Body<@Nullable Void>(() -> {
			body.run();
			return null;
		}).start();
	}

	/**
	 * Wait for a Deferred in the body of {@link #inlineCallbacks}, or in what it calls.
	 * If it has its result already, this returns at once. The result stays with the
	 * Deferred; a failure is dealt with and leaves {@code null} there.
	 * @param <T> the result
	 * @param deferred whom to wait for
	 * @return its result
	 * @throws Exception what it failed with: the very exception, to which the place of
	 * the wait is added as a suppressed one; an {@link Error} is thrown as it is
	 * @throws IllegalStateException outside a body, and in callbacks that the body's own
	 * code sets off
	 */
	public static <T extends @Nullable Object> T await(Deferred<? extends T> deferred) throws Exception {
		return Body.<T>await(Objects.requireNonNull(deferred, "deferred"));
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
