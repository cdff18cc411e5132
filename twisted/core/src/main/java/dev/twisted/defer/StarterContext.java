package dev.twisted.defer;

import org.jspecify.annotations.Nullable;
import reactor.util.context.Context;

/**
 * What a body takes over from whoever asked for it, and keeps whoever resumes it: the
 * context class loader, the Reactor Context and, from the thread it is started on, the
 * {@link CallContext}.
 */
final class StarterContext {

	private final @Nullable Context reactorContext = BridgeContext.current();

	private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

	private CallContext callContext = CallContext.EMPTY;

	/** The body begins; in the thread that waits for it. */
	void begin() {
		this.callContext = CallContext.capture();
	}

	/** Make the calling thread, which is the body's own, look the same. */
	void enter() {
		Thread.currentThread().setContextClassLoader(this.classLoader);
		BridgeContext.enter(this.reactorContext);
		this.callContext.enter();
	}

	/** The body has ended; its thread may serve another one. */
	void leave() {
		this.callContext.leave();
		BridgeContext.enter(null);
		Thread.currentThread().setContextClassLoader(null);
	}

}
