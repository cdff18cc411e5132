package dev.twisted.defer;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.adapter.JdkFlowAdapter;
import reactor.core.publisher.Mono;

/**
 * A result that is not there yet, and the chain of functions that it will go through.
 * Follows {@code twisted.internet.defer.Deferred}.
 * <p>
 * There is one chain, and every {@code add...} method adds to it and returns the same
 * object, typed by the new result. Each function gets what the one before it made. An
 * exception, or a {@link Failure} as a result, turns to the error side, where only the
 * errbacks are called; an errback that makes an ordinary result turns back. Once the
 * Deferred has been fired, added functions run at once, in the thread that adds them. A
 * function that is added while the chain runs goes to the end of the queue and is run by
 * whoever is running it.
 * <p>
 * A function may return another Deferred. The chain then waits for it and goes on with
 * its result, which is taken away from it: the other one goes on with {@code null}.
 * {@link #compose} and {@link #recover} are the typed forms of that. Waiting needs no
 * stack, and links that are done with are not kept.
 * <p>
 * <strong>Threads.</strong> All methods may be called from any thread. A Deferred is
 * fired once. Two functions of one chain never run at the same time, and each sees
 * everything that those before it did. Functions run in the thread that fires, adds or
 * unpauses; what the reactor returns is fired in the reactor's thread.
 * <p>
 * <strong>Errors.</strong> Whatever a function throws becomes a {@link Failure}, every
 * {@link Error} included, so that the Deferred does fire; a {@link VirtualMachineError}
 * is logged as well. A failure that nobody has dealt with is logged and counted when its
 * Deferred has become unreachable.
 *
 * @param <T> the result at this point of the chain
 */
public sealed class Deferred<T extends @Nullable Object> extends Chain permits DeferredList, InlineResult {

	/**
	 * Make a Deferred. When it is cancelled, whoever is working on the result is not
	 * told, and what it fires later is ignored.
	 */
	public Deferred() {
		super(null);
	}

	/**
	 * Make a Deferred that knows how to stop the work that it stands for.
	 * @param canceller stops the work
	 */
	public Deferred(Canceller<T> canceller) {
		super(Objects.requireNonNull(canceller, "canceller"));
	}

	private Deferred(@Nullable Object result, boolean failed) {
		super(result, failed);
	}

	/**
	 * A Deferred that has its result already.
	 * @param <T> the result
	 * @param result the result
	 * @return a fired Deferred
	 * @throws IllegalArgumentException if the result is a Deferred
	 */
	public static <T extends @Nullable Object> Deferred<T> succeed(T result) {
		refuseDeferred(result);
		return new Deferred<>(result, false);
	}

	/**
	 * A Deferred that has failed already.
	 * @param <T> the result it would have had
	 * @param failure what went wrong
	 * @return a fired Deferred
	 */
	public static <T extends @Nullable Object> Deferred<T> fail(Failure failure) {
		return new Deferred<>(Objects.requireNonNull(failure, "failure"), true);
	}

	/**
	 * A Deferred that has failed already.
	 * @param <T> the result it would have had
	 * @param exception what went wrong
	 * @return a fired Deferred
	 */
	public static <T extends @Nullable Object> Deferred<T> fail(Throwable exception) {
		return fail(new Failure(exception));
	}

	/**
	 * Call something of which one does not know whether it returns a Deferred.
	 * @param <T> the result that is expected; not checked, since that is not known either
	 * @param call what to call
	 * @return the Deferred that it returned, otherwise a fired one with its result, with
	 * the {@link Failure} that it returned or with what it threw
	 */
	@SuppressWarnings("unchecked")
	public static <T extends @Nullable Object> Deferred<T> maybeDeferred(Callable<?> call) {
		Objects.requireNonNull(call, "call");
		Object result;
		try {
			result = call.call();
		}
		catch (Throwable ex) {
			return fail(failureOf(ex, null));
		}
		if (result instanceof Deferred) {
			return (Deferred<T>) result;
		}
		return (result instanceof Failure failure) ? fail(failure) : succeed((T) result);
	}

	/**
	 * The result of a {@link Mono}, or the first of another publisher's. It is subscribed
	 * to now, with the Reactor Context and the thread locals that the caller has, which
	 * are in place again while the Deferred is being fired.
	 * <p>
	 * As {@link Mono#from} does, this takes the first item and cancels the rest; for all
	 * of them there is {@link Deferreds#collect}. To cancel the Deferred is to cancel the
	 * subscription.
	 * @param <T> the result
	 * @param publisher where the result comes from
	 * @return fires, in the thread that the publisher uses, with the item; with
	 * {@code null} if there is none; or fails with the original exception
	 */
	// Only for a lambda expression it would be unclear which kind of publisher is meant.
	@SuppressWarnings("overloads")
	public static <T extends @Nullable Object> Deferred<T> from(Publisher<? extends T> publisher) {
		return from(publisher, Runnable::run);
	}

	/**
	 * As {@link #from(Publisher)}, and fired by an executor.
	 * @param <T> the result
	 * @param publisher where the result comes from
	 * @param executor fires the Deferred; if it refuses to, the Deferred fails with its
	 * exception in the publisher's thread
	 * @return fires with the item, with {@code null} if there is none, or fails with the
	 * original exception
	 */
	public static <T extends @Nullable Object> Deferred<T> from(Publisher<? extends T> publisher, Executor executor) {
		Objects.requireNonNull(publisher, "publisher");
		FirstItem<T> first = new FirstItem<>(Objects.requireNonNull(executor, "executor"), publisher instanceof Mono);
		return first.of(publisher);
	}

	/**
	 * As {@link #from(Publisher)}, for a publisher of Java's own kind.
	 * @param <T> the result
	 * @param publisher where the result comes from
	 * @return fires with the first item, with {@code null} if there is none, or fails
	 * with the original exception
	 */
	@SuppressWarnings("overloads")
	public static <T extends @Nullable Object> Deferred<T> from(Flow.Publisher<? extends T> publisher) {
		return from(JdkFlowAdapter.flowPublisherToFlux(Objects.requireNonNull(publisher, "publisher")));
	}

	/**
	 * The result of a future. While the Deferred is being fired the thread has the
	 * Reactor Context and the thread locals that the caller has now.
	 * <p>
	 * To cancel the Deferred is to cancel the future, if the stage is one.
	 * @param <T> the result
	 * @param stage where the result comes from
	 * @return fires, in the thread that completes the future, with its result, or fails
	 * with the original exception, out of its
	 * {@link java.util.concurrent.CompletionException}
	 */
	public static <T extends @Nullable Object> Deferred<T> from(CompletionStage<? extends T> stage) {
		return from(stage, Runnable::run);
	}

	/**
	 * As {@link #from(CompletionStage)}, and fired by an executor.
	 * @param <T> the result
	 * @param stage where the result comes from
	 * @param executor fires the Deferred; if it refuses to, the Deferred fails with its
	 * exception in the thread that completes the future
	 * @return fires with the result, or fails with the original exception
	 */
	public static <T extends @Nullable Object> Deferred<T> from(CompletionStage<? extends T> stage, Executor executor) {
		Objects.requireNonNull(stage, "stage");
		return new StageResult<T>(Objects.requireNonNull(executor, "executor")).of(stage);
	}

	/**
	 * Keep the stacks of where Deferreds are made and fired, and where their functions
	 * are added and what those come to, for Deferreds made from now on. They show in
	 * {@link AlreadyCalledException} and with unhandled errors. Expensive; off at first.
	 * @param debugging whether to keep them
	 */
	public static void setDebugging(boolean debugging) {
		DebugInfo.enabled = debugging;
	}

	/**
	 * Whether stacks are being kept.
	 * @return as set by {@link #setDebugging}
	 */
	public static boolean getDebugging() {
		return DebugInfo.enabled;
	}

	/**
	 * The result at this point of the chain as a {@link Mono}: {@code null} makes an
	 * empty one, a failure its original exception. This Deferred goes on with
	 * {@code null}.
	 * <p>
	 * Any number may subscribe, before and after it has been fired, and all get the same
	 * result; nothing is done twice. What they do with it runs in the thread that fires,
	 * or subscribes if that is later, with the Reactor Context of the subscriber and the
	 * thread locals that it had. When the last of those who wait has cancelled, the
	 * Deferred is cancelled; who subscribes after that gets what came of it. A failure
	 * that nobody ever subscribes for counts as unhandled.
	 * @return the Mono
	 */
	public Mono<T> toMono() {
		return Mono.create(new MonoBridge<>(this));
	}

	/**
	 * The result at this point of the chain as a future, which fails with the original
	 * exception. This Deferred goes on with {@code null}, and its failure counts as
	 * handled.
	 * <p>
	 * To cancel the future is to cancel this Deferred; as Java has it, that does not hold
	 * for futures made from it.
	 * <p>
	 * Neither this future nor those made from it can be waited for on a thread that must
	 * not block, such as that of an event loop: {@code get} and {@code join} throw an
	 * {@link IllegalStateException} there while it is not complete.
	 * @return the future
	 */
	public CompletableFuture<T> toCompletableFuture() {
		return new FutureBridge<>(this);
	}

	/**
	 * Call a function with the result. A failure passes it by.
	 * @param <R> what the function makes of the result
	 * @param callback the function; if it returns a Deferred, that is waited for
	 * @return this
	 */
	public <R extends @Nullable Object> Deferred<R> addCallback(Callback<? super T, ? extends R> callback) {
		add(Objects.requireNonNull(callback, "callback"));
		return typed();
	}

	/**
	 * Call a function with the failure. A result passes it by.
	 * @param errback the function; a result of it turns back to the good side
	 * @return this
	 */
	public Deferred<T> addErrback(Errback<? extends T> errback) {
		add(new Link.Pair(null, Objects.requireNonNull(errback, "errback")));
		return this;
	}

	/**
	 * Call one of two functions. What the callback throws is not for this errback but for
	 * the next.
	 * @param <R> what either function makes
	 * @param callback called with a result
	 * @param errback called with a failure
	 * @return this
	 */
	public <R extends @Nullable Object> Deferred<R> addCallbacks(Callback<? super T, ? extends R> callback,
			Errback<? extends R> errback) {
		add(new Link.Pair(Objects.requireNonNull(callback, "callback"), Objects.requireNonNull(errback, "errback")));
		return typed();
	}

	/**
	 * Call a function with whatever there is.
	 * @param <R> what the function makes of it
	 * @param anyback the function
	 * @return this
	 */
	public <R extends @Nullable Object> Deferred<R> addBoth(Anyback<? super T, ? extends R> anyback) {
		add(new Link.Both(Objects.requireNonNull(anyback, "anyback")));
		return typed();
	}

	/**
	 * Call a function with the result, and go on with the result of the Deferred that it
	 * returns.
	 * @param <R> the result of that Deferred
	 * @param callback the function
	 * @return this
	 */
	public <R extends @Nullable Object> Deferred<R> compose(
			Callback<? super T, ? extends Deferred<? extends R>> callback) {
		add(Objects.requireNonNull(callback, "callback"));
		return typed();
	}

	/**
	 * Call a function with the failure, and go on with the result of the Deferred that it
	 * returns.
	 * @param errback the function
	 * @return this
	 */
	public Deferred<T> recover(Errback<? extends Deferred<? extends T>> errback) {
		add(new Link.Pair(null, Objects.requireNonNull(errback, "errback")));
		return this;
	}

	/**
	 * Do something with the result and pass it on. A failure passes by.
	 * @param effect what to do; what it throws takes the place of the result
	 * @return this
	 */
	public Deferred<T> doOnCallback(Effect<? super T> effect) {
		add(new Link.OnCallback(Objects.requireNonNull(effect, "effect")));
		return this;
	}

	/**
	 * Do something with the failure and pass it on. A result passes by.
	 * @param effect what to do; what it throws takes the place of the failure
	 * @return this
	 */
	public Deferred<T> doOnErrback(Effect<? super Failure> effect) {
		add(new Link.OnErrback(Objects.requireNonNull(effect, "effect")));
		return this;
	}

	/**
	 * Do something on either side, such as giving something back, and pass on what there
	 * is.
	 * @param action what to do; what it throws takes the place of the result or failure
	 * @return this
	 */
	public Deferred<T> doOnBoth(Action action) {
		add(new Link.OnBoth(Objects.requireNonNull(action, "action")));
		return this;
	}

	/**
	 * Give the result, or the failure, to another Deferred. This one goes on with
	 * {@code null}.
	 * @param deferred the Deferred to fire
	 * @return this
	 */
	public Deferred<@Nullable Void> chainDeferred(Deferred<? super T> deferred) {
		Objects.requireNonNull(deferred, "deferred");
		return addCallbacks((result) -> {
			deferred.fire(result);
			return null;
		}, (failure) -> {
			deferred.fire(failure);
			return null;
		});
	}

	/**
	 * Cancel this Deferred if it has come no further than here within some time. A
	 * {@link CancelledException} that comes of it turns into a {@link TimeoutException}.
	 * A cancellation before that stays one.
	 * @param timeout how long to wait
	 * @param clock keeps the time; its pending call is removed when there is a result
	 * @return this
	 */
	public Deferred<T> addTimeout(Duration timeout, CallLater clock) {
		return addTimeout(new Timeout(this, Objects.requireNonNull(timeout, "timeout"), null), clock);
	}

	/**
	 * Cancel this Deferred if it has come no further than here within some time.
	 * @param timeout how long to wait
	 * @param clock keeps the time; its pending call is removed when there is a result
	 * @param onTimeoutCancel called, only if the time was up, with what came of the
	 * cancellation; what it makes is gone on with
	 * @return this
	 */
	public Deferred<T> addTimeout(Duration timeout, CallLater clock, Anyback<? super T, ? extends T> onTimeoutCancel) {
		Objects.requireNonNull(onTimeoutCancel, "onTimeoutCancel");
		return addTimeout(new Timeout(this, Objects.requireNonNull(timeout, "timeout"), onTimeoutCancel), clock);
	}

	private Deferred<T> addTimeout(Timeout timeout, CallLater clock) {
		timeout.start(Objects.requireNonNull(clock, "clock"));
		add(new Link.Both(timeout));
		return this;
	}

	/**
	 * Fire with a result and run the callbacks.
	 * @param result the result; a {@link Failure} is the same as
	 * {@link #errback(Failure)}
	 * @throws AlreadyCalledException if this has been fired before
	 * @throws IllegalArgumentException if the result is a Deferred
	 */
	public void callback(T result) {
		refuseDeferred(result);
		fire(result);
	}

	/**
	 * Fire with a failure and run the errbacks.
	 * @param failure what went wrong
	 * @throws AlreadyCalledException if this has been fired before
	 */
	public void errback(Failure failure) {
		fire(Objects.requireNonNull(failure, "failure"));
	}

	/**
	 * Fire with a failure and run the errbacks.
	 * @param exception what went wrong
	 * @throws AlreadyCalledException if this has been fired before
	 */
	public void errback(Throwable exception) {
		fire(new Failure(exception));
	}

	/**
	 * Nobody is interested in the result any more. What has not been fired is stopped by
	 * its canceller, and fails with a {@link CancelledException} unless the canceller has
	 * fired it. What has no canceller fails so, too, and ignores one later attempt to
	 * fire it. What waits for another Deferred cancels that one. What has its result
	 * stays as it is.
	 * <p>
	 * An exception of the canceller leaves this method, wrapped in an
	 * {@link IllegalStateException} if it is checked, and the Deferred stays unfired.
	 */
	public final void cancel() {
		Chain chain = this;
		while (chain != null) {
			chain = chain.cancelStep();
		}
	}

	/**
	 * Run no more callbacks until {@link #unpause()} has been called as often as this.
	 */
	public void pause() {
		holdUp();
	}

	/**
	 * Take one {@link #pause()} back; with the last, run what is left.
	 * @throws IllegalStateException if this is not paused
	 */
	public void unpause() {
		letGo();
	}

	/**
	 * Whether this has been fired.
	 * @return true once it has, also while it waits for another Deferred
	 */
	public boolean called() {
		return isCalled();
	}

	/**
	 * Whether callbacks are held up.
	 * @return true while this is paused or waits for another Deferred
	 */
	public boolean paused() {
		return isHeldUp();
	}

	@Override
	public String toString() {
		return "<" + getClass().getSimpleName() + " at 0x" + Integer.toHexString(System.identityHashCode(this))
				+ describeResult() + ">";
	}

	@Override
	@SuppressWarnings("unchecked")
	final void runCanceller(Canceller<?> canceller) throws Exception {
		((Canceller<T>) canceller).cancel(this);
	}

	@SuppressWarnings("unchecked")
	private <R extends @Nullable Object> Deferred<R> typed() {
		return (Deferred<R>) this;
	}

	private static void refuseDeferred(@Nullable Object result) {
		if (result instanceof Deferred) {
			throw new IllegalArgumentException("A Deferred cannot be the result of a Deferred; "
					+ "return it from a callback to wait for it, or use chainDeferred to pass it on");
		}
	}

}
