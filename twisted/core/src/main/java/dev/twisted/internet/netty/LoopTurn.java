package dev.twisted.internet.netty;

import dev.twisted.defer.CallContext;
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
		return new LoopLoan(this.loop, (LendingEventLoop) this.loop.executor());
	}

	@Override
	public void execute(Runnable call) {
		this.loop.post(() -> this.loop.call("inlineCallbacks", call::run));
	}

	/**
	 * One loan. While it lasts a slow callback is looked for in the borrower's stack, and
	 * the context of the loop's callbacks is that of the borrower's thread.
	 */
	private static final class LoopLoan implements Loan, Contextual {

		private final Loop loop;

		private final CallbackWatch watch;

		private final LendingEventLoop executor;

		private final @Nullable Thread lenderThread;

		private final @Nullable Thread lenderGuest;

		private final @Nullable Contextual lenderContext;

		private final int depth;

		/** Kept here while a callback in a context of its own runs in the body's code. */
		private CallContext callContext = CallContext.EMPTY;

		LoopLoan(Loop loop, LendingEventLoop executor) {
			this.loop = loop;
			this.watch = loop.watch();
			this.executor = executor;
			this.lenderThread = this.watch.thread();
			this.lenderGuest = executor.guest();
			this.depth = this.watch.depth();
			this.lenderContext = loop.handOver(this);
			Thread borrower = Thread.currentThread();
			executor.guest(borrower);
			this.watch.thread(borrower);
		}

		@Override
		public boolean returnable() {
			return this.watch.depth() == this.depth;
		}

		@Override
		public void end() {
			this.loop.handOver(this.lenderContext);
			this.executor.guest(this.lenderGuest);
			this.watch.thread(this.lenderThread);
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
