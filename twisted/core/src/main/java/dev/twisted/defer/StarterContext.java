package dev.twisted.defer;

import java.util.Map;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a body takes over from the thread that started it, and keeps whoever resumes it:
 * the logging context and the context class loader.
 */
final class StarterContext {

	private final @Nullable Map<String, String> mdc;

	private final @Nullable ClassLoader classLoader;

	private StarterContext(@Nullable Map<String, String> mdc, @Nullable ClassLoader classLoader) {
		this.mdc = mdc;
		this.classLoader = classLoader;
	}

	/** Look at the calling thread. */
	static StarterContext capture() {
		return new StarterContext(MDC.getCopyOfContextMap(), Thread.currentThread().getContextClassLoader());
	}

	/** Make the calling thread, which is the body's own, look the same. */
	void enter() {
		if (this.mdc != null) {
			MDC.setContextMap(this.mdc);
		}
		Thread.currentThread().setContextClassLoader(this.classLoader);
	}

	/** The body has ended; its thread may serve another one. */
	void leave() {
		MDC.clear();
		Thread.currentThread().setContextClassLoader(null);
	}

}
