package dev.twisted.internet.netty;

import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

import dev.twisted.defer.Action;
import dev.twisted.defer.CallContext;
import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * The ways between the reactor's thread and others. May be used from any thread.
 */
final class Threads {

	private final NettyReactor reactor;

	private final WorkerPool pool;

	private final Set<CompletableFuture<?>> blocked = ConcurrentHashMap.newKeySet();

	/** Results on their way to a loop, which may end before they are there. */
	private final Set<Answer> answers = ConcurrentHashMap.newKeySet();

	Threads(NettyReactor reactor, WorkerPool pool) {
		this.reactor = reactor;
		this.pool = pool;
	}

	void callInThread(Action call) {
		this.pool.execute(new SilentCall(call));
	}

	<T extends @Nullable Object> Deferred<T> deferToThread(Callable<? extends T> call) {
		ThreadCall<T> threadCall = new ThreadCall<>(this, this.reactor.loopHere(), call);
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
			loop.post(new PostedCall(loop, "blockingCallFromThread", () -> {
				// The caller may have been told by now that the reactor had stopped.
				if (!answer.isDone()) {
					Deferred.maybeDeferred(call)
						.addBoth((result, failure) -> (failure != null) ? answer.completeExceptionally(failure.value())
								: answer.complete(result));
				}
			}, CallContext.capture()));
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
	 * The way back to the loop that the caller is on, or to the main loop, and to the
	 * caller's context.
	 * @param who what to call in the log what takes it
	 */
	Executor backHere(String who) {
		Loop loop = this.reactor.loopHere();
		CallContext callContext = CallContext.capture();
		return (call) -> answer(loop, who, call::run, callContext);
	}

	/**
	 * The way back to the loop that the caller is on, or to the main loop, for callbacks
	 * that share a context.
	 * @param who what to call in the log what takes it
	 * @param begin the context of the first of them
	 */
	Executor backHere(String who, CallContext begin) {
		Loop loop = this.reactor.loopHere();
		Contextual context = new SharedContext(begin);
		return (call) -> {
			if (loop.inLoop()) {
				loop.call(who, context, call::run);
			}
			else {
				post(loop, who, () -> loop.call(who, context, call::run), CallContext.EMPTY);
			}
		};
	}

	/**
	 * As {@link #backHere}, but in a later turn also for who is there already.
	 * @param who what to call in the log what takes it
	 */
	Executor laterHere(String who) {
		Loop loop = this.reactor.loopHere();
		CallContext callContext = CallContext.capture();
		return (call) -> post(loop, who, call::run, callContext);
	}

	/**
	 * On a loop's thread and in a context, or here if the reactor has gone; once.
	 */
	private void answer(Loop loop, String who, Action fire, CallContext callContext) {
		if (loop.inLoop()) {
			new PostedCall(loop, who, fire, callContext).run();
			return;
		}
		post(loop, who, fire, callContext);
	}

	private void post(Loop loop, String who, Action fire, CallContext callContext) {
		Answer answer = new Answer(this.answers, loop, who, fire, callContext);
		loop.post(answer::fireOnLoop);
		// Until it has run for the first time a reactor is only late.
		if (this.reactor.stopped() && this.reactor.life().hasRun()) {
			answer.fireHere();
		}
	}

	/**
	 * Nobody is left waiting for a reactor that has gone.
	 */
	void reactorEnded() {
		IllegalStateException reason = new IllegalStateException("The reactor stopped before it had an answer");
		this.blocked.forEach((answer) -> answer.completeExceptionally(reason));
		this.answers.forEach(Answer::fireHere);
	}

	/**
	 * Something for a thread of the pool to do.
	 */
	interface PoolCall extends Runnable {

		/** It will never be done. */
		void refuse(RejectedExecutionException reason);

	}

	/**
	 * The context of callbacks of which each goes on where the one before it has ended.
	 */
	private static final class SharedContext implements Contextual {

		private CallContext callContext;

		SharedContext(CallContext begin) {
			this.callContext = begin;
		}

		@Override
		public CallContext callContext() {
			return this.callContext;
		}

		@Override
		public void callContext(CallContext context) {
			this.callContext = context;
		}

	}

	/**
	 * A call whose result nobody wants to know.
	 */
	private final class SilentCall implements PoolCall {

		private final Action call;

		private final CallContext callContext = CallContext.capture();

		SilentCall(Action call) {
			this.call = call;
		}

		@Override
		public void run() {
			this.callContext.enter();
			try {
				this.call.run();
			}
			catch (Throwable ex) {
				Threads.this.reactor.callbackFailed("callInThread", ex);
			}
			finally {
				this.callContext.leave();
			}
		}

		@Override
		public void refuse(RejectedExecutionException reason) {
			Threads.this.reactor.callbackFailed("callInThread", reason);
		}

	}

	/**
	 * One call that blocks, and the Deferred of its result.
	 */
	private static final class ThreadCall<T extends @Nullable Object> implements PoolCall {

		private final Deferred<T> result = new Deferred<>();

		private final Threads threads;

		private final Loop loop;

		private final Callable<? extends T> call;

		private final CallContext callContext = CallContext.capture();

		ThreadCall(Threads threads, Loop loop, Callable<? extends T> call) {
			this.threads = threads;
			this.loop = loop;
			this.call = call;
		}

		@Override
		public void run() {
			this.callContext.enter();
			try {
				T value = this.call.call();
				answer(() -> fire(value));
			}
			catch (Throwable ex) {
				answer(() -> this.result.errback(ex));
			}
			finally {
				this.callContext.leave();
			}
		}

		@Override
		public void refuse(RejectedExecutionException reason) {
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

		private void answer(Action fire) {
			this.threads.answer(this.loop, "deferToThread", fire, this.callContext);
		}

	}

	/**
	 * A result on its way to a loop. It is given there, or elsewhere once the loop has
	 * ended; once.
	 */
	private static final class Answer implements Contextual {

		private final Set<Answer> pending;

		private final Loop loop;

		private final String who;

		private final Action fire;

		private CallContext callContext;

		Answer(Set<Answer> pending, Loop loop, String who, Action fire, CallContext callContext) {
			this.pending = pending;
			this.loop = loop;
			this.who = who;
			this.fire = fire;
			this.callContext = callContext;
			pending.add(this);
		}

		void fireOnLoop() {
			if (this.pending.remove(this)) {
				this.loop.call(this.who, this, this.fire);
			}
		}

		void fireHere() {
			if (this.pending.remove(this)) {
				try {
					this.fire.run();
				}
				catch (Throwable ex) {
					this.loop.reactor().callbackFailed(this.who, ex);
				}
			}
		}

		@Override
		public CallContext callContext() {
			return this.callContext;
		}

		@Override
		public void callContext(CallContext context) {
			this.callContext = context;
		}

	}

}
