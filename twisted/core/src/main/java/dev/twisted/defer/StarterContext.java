package dev.twisted.defer;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import reactor.util.context.Context;

/**
 * What a body takes over from whoever asked for it, and keeps whoever resumes it: the
 * context class loader, the Reactor Context and, from the thread it is started on, what
 * the loop there says; without a loop, the logging context.
 */
final class StarterContext {

	private final @Nullable Context reactorContext = BridgeContext.current();

	private final @Nullable ClassLoader classLoader = Thread.currentThread().getContextClassLoader();

	private TurnLender.@Nullable Context callContext;

	/** The body begins; in the thread that waits for it. */
	void begin(@Nullable Bodies here) {
		this.callContext = (here != null) ? here.loop().context() : new LoggingContext(MDC.getCopyOfContextMap());
	}

	/** Make the calling thread, which is the body's own, look the same. */
	void enter() {
		Thread.currentThread().setContextClassLoader(this.classLoader);
		BridgeContext.enter(this.reactorContext);
		if (this.callContext != null) {
			this.callContext.enter();
		}
	}

	/** The body has ended; its thread may serve another one. */
	void leave() {
		if (this.callContext != null) {
			this.callContext.leave();
		}
		BridgeContext.enter(null);
		Thread.currentThread().setContextClassLoader(null);
	}

	private record LoggingContext(@Nullable Map<String, String> mdc) implements TurnLender.Context {

		@Override
		public void enter() {
			if (this.mdc != null) {
				MDC.setContextMap(this.mdc);
			}
		}

		@Override
		public void leave() {
			MDC.clear();
		}

	}

}
