package dev.twisted.internet;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;

import dev.twisted.defer.Action;
import dev.twisted.defer.CallContext;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * Ways from other threads into the reactor and back. Follows Twisted's
 * {@code IReactorThreads} and {@code twisted.internet.threads}. All of it may be used
 * from any thread.
 */
public interface ReactorThreads {

	/**
	 * Run an action on the reactor's thread, in the order of the calls of each caller.
	 * Called on a thread of the reactor it stays on that thread's loop, from elsewhere it
	 * goes to the main loop.
	 * @param call what to run; what it throws is logged and counted
	 */
	void callFromThread(Action call);

	/**
	 * Run an action on a thread of the pool. Nobody learns how it went; what it throws is
	 * logged and counted.
	 * @param call what to run
	 * @throws java.util.concurrent.RejectedExecutionException if all threads are busy and
	 * the queue is full, or the reactor has stopped
	 */
	void callInThread(Action call);

	/**
	 * Run a function that blocks on a thread of the pool.
	 * @param <T> the type of its result
	 * @param call what to run
	 * @return fires on the reactor's thread with the function's result; a Deferred
	 * returned by the function is handed through. Fails with
	 * {@link java.util.concurrent.RejectedExecutionException} if all threads are busy and
	 * the queue is full, or the reactor has stopped. Cancelling it leaves the thread
	 * running
	 */
	<T extends @Nullable Object> Deferred<T> deferToThread(Callable<? extends T> call);

	/**
	 * Bring the result of a publisher into the reactor: as
	 * {@link Deferred#from(Publisher)}, and fired on the reactor's thread, on the loop
	 * the caller is on or else on the main loop. Subscribes at once, in the calling
	 * thread, and fires in the {@link CallContext} of the caller. A Deferred that fires
	 * elsewhere comes home this way, too, by its {@link Deferred#toMono()}.
	 * @param <T> the result
	 * @param publisher where the result comes from
	 * @return fires on the reactor's thread with the first item, with {@code null} if
	 * there is none, or fails with the original exception; if the reactor stops before,
	 * it fires elsewhere. To cancel it is to cancel the subscription
	 */
	<T extends @Nullable Object> Deferred<T> deferred(Publisher<? extends T> publisher);

	/**
	 * Bring the result of a future into the reactor: as
	 * {@link Deferred#from(CompletionStage)}, and fired on the reactor's thread, on the
	 * loop the caller is on or else on the main loop, and in the {@link CallContext} of
	 * the caller.
	 * @param <T> the result
	 * @param stage where the result comes from
	 * @return fires on the reactor's thread with the result, or fails with the original
	 * exception; if the reactor stops before, it fires elsewhere. To cancel it is to
	 * cancel the future
	 */
	<T extends @Nullable Object> Deferred<T> deferred(CompletionStage<? extends T> stage);

	/**
	 * Run a function on the reactor's thread and wait for what it, or the Deferred it
	 * returns, comes to.
	 * @param <T> the type of its result
	 * @param call what to run
	 * @return its result
	 * @throws Exception what it threw or failed with
	 * @throws IllegalStateException on the reactor's own thread, where waiting would
	 * never end, or if the reactor does not run
	 */
	<T extends @Nullable Object> T blockingCallFromThread(Callable<? extends @Nullable Object> call) throws Exception;

	/**
	 * Change how many threads the pool may have.
	 * @param size the most, at least one
	 */
	void suggestThreadPoolSize(int size);

}
