package dev.twisted.defer;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a body takes over from the thread that started it, and keeps whoever resumes it:
 * the context class loader and what its loop says; without a loop, the logging context.
 */
final class StarterContext {

	private final TurnLender.Context context;

	private final @Nullable ClassLoader classLoader;

	private StarterContext(TurnLender.Context context, @Nullable ClassLoader classLoader) {
		this.context = context;
		this.classLoader = classLoader;
	}

	/** Look at the calling thread. */
	static StarterContext capture(@Nullable Bodies here) {
		return new StarterContext(
				(here != null) ? here.loop().context() : new LoggingContext(MDC.getCopyOfContextMap()),
				Thread.currentThread().getContextClassLoader());
	}

	/** Make the calling thread, which is the body's own, look the same. */
	void enter() {
		Thread.currentThread().setContextClassLoader(this.classLoader);
		this.context.enter();
	}

	/** The body has ended; its thread may serve another one. */
	void leave() {
		this.context.leave();
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
