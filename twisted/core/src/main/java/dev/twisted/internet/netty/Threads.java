package dev.twisted.internet.netty;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;

import dev.twisted.defer.Action;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * The ways between the reactor's thread and others. May be used from any thread.
 */
final class Threads {

	private final NettyReactor reactor;

	private final WorkerPool pool;

	private final Set<CompletableFuture<?>> blocked = ConcurrentHashMap.newKeySet();

	Threads(NettyReactor reactor, WorkerPool pool) {
		this.reactor = reactor;
		this.pool = pool;
	}

	void callInThread(Action call) {
		this.pool.execute(() -> {
			try {
				call.run();
			}
			catch (Throwable ex) {
				this.reactor.callbackFailed("callInThread", ex);
			}
		});
	}

	<T extends @Nullable Object> Deferred<T> deferToThread(Callable<? extends T> call) {
		ThreadCall<T> threadCall = new ThreadCall<>(this.reactor.loopHere(), call);
		try {
			this.pool.execute(threadCall);
		}
		catch (RejectedExecutionException ex) {
			threadCall.refuse(ex);
		}
		return threadCall.result;
	}

	@SuppressWarnings("unchecked")
	<T extends @Nullable Object> T blockingCallFromThread(Callable<? extends @Nullable Object> call) throws Exception {
		if (this.reactor.inReactorThread()) {
			throw new IllegalStateException(
					"blockingCallFromThread would wait for ever on the reactor's own thread: return a Deferred instead");
		}
		CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
		this.blocked.add(answer);
		try {
			if (this.reactor.stopped()) {
				throw new IllegalStateException(
						"blockingCallFromThread would wait for ever: the reactor is not running");
			}
			Loop loop = this.reactor.mainLoop();
			loop.post(() -> loop.call("blockingCallFromThread",
					() -> Deferred.maybeDeferred(call)
						.addBoth((result, failure) -> (failure != null) ? answer.completeExceptionally(failure.value())
								: answer.complete(result))));
			return (T) answer.get();
		}
		catch (ExecutionException ex) {
			if (ex.getCause() instanceof Exception cause) {
				throw cause;
			}
			throw (Error) ex.getCause();
		}
		finally {
			this.blocked.remove(answer);
		}
	}

	/**
	 * Nobody is left waiting for a reactor that has gone.
	 */
	void reactorEnded() {
		IllegalStateException reason = new IllegalStateException("The reactor stopped before it had an answer");
		this.blocked.forEach((answer) -> answer.completeExceptionally(reason));
	}

	/**
	 * One call that blocks, and the Deferred of its result.
	 */
	static final class ThreadCall<T extends @Nullable Object> implements Runnable {

		private final Deferred<T> result = new Deferred<>();

		private final Loop loop;

		private final Callable<? extends T> call;

		ThreadCall(Loop loop, Callable<? extends T> call) {
			this.loop = loop;
			this.call = call;
		}

		@Override
		public void run() {
			try {
				T value = this.call.call();
				answer(() -> fire(value));
			}
			catch (Throwable ex) {
				answer(() -> this.result.errback(ex));
			}
		}

		/** The call will never be made. */
		void refuse(RejectedExecutionException reason) {
			answer(() -> this.result.errback(reason));
		}

		@SuppressWarnings("unchecked")
		private void fire(T value) {
			if (value instanceof Deferred<?> deferred) {
				((Deferred<T>) deferred).chainDeferred(this.result);
			}
			else {
				this.result.callback(value);
			}
		}

		/**
		 * On the reactor's thread, or here if the reactor has gone; once.
		 */
		private void answer(Action fire) {
			if (this.loop.inLoop()) {
				this.loop.call("deferToThread", fire);
				return;
			}
			AtomicBoolean fired = new AtomicBoolean();
			Runnable once = () -> {
				if (fired.compareAndSet(false, true)) {
					this.loop.call("deferToThread", fire);
				}
			};
			this.loop.post(once);
			if (this.loop.reactor().stopped() && this.loop.reactor().hasRun()) {
				once.run();
			}
		}

	}

}
