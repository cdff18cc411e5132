package dev.twisted.internet.netty;

import dev.twisted.defer.TurnLender;
import org.jspecify.annotations.Nullable;

/**
 * The turn of a loop, which it lends to the bodies of {@code inlineCallbacks}.
 */
final class LoopTurn implements TurnLender {

	private final Loop loop;

	LoopTurn(Loop loop) {
		this.loop = loop;
	}

	@Override
	public boolean hasTurn() {
		return this.loop.inLoop();
	}

	@Override
	public Loan lend() {
		return new LoopLoan(this.loop.watch(), (LendingEventLoop) this.loop.executor());
	}

	@Override
	public void execute(Runnable call) {
		this.loop.post(() -> this.loop.call("inlineCallbacks", call::run));
	}

	/**
	 * One loan. While it lasts a slow callback is looked for in the borrower's stack.
	 */
	private static final class LoopLoan implements Loan {

		private final CallbackWatch watch;

		private final LendingEventLoop executor;

		private final @Nullable Thread lenderThread;

		private final @Nullable Thread lenderGuest;

		private final int depth;

		LoopLoan(CallbackWatch watch, LendingEventLoop executor) {
			this.watch = watch;
			this.executor = executor;
			this.lenderThread = watch.thread();
			this.lenderGuest = executor.guest();
			this.depth = watch.depth();
			Thread borrower = Thread.currentThread();
			executor.guest(borrower);
			watch.thread(borrower);
		}

		@Override
		public boolean returnable() {
			return this.watch.depth() == this.depth;
		}

		@Override
		public void end() {
			this.executor.guest(this.lenderGuest);
			this.watch.thread(this.lenderThread);
		}

	}

}
