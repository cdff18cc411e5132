package dev.twisted.defer;

import java.lang.ref.Cleaner;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Finds out about failures that nobody has dealt with by the time their Deferred is gone.
 */
final class UnhandledErrors {

	private static final Logger logger = LoggerFactory.getLogger(Deferred.class);

	private static final Cleaner cleaner = Cleaner.create();

	private static final AtomicLong count = new AtomicLong();

	private static final List<Consumer<? super Failure>> listeners = new CopyOnWriteArrayList<>();

	private UnhandledErrors() {
	}

	static long count() {
		return count.get();
	}

	static void addListener(Consumer<? super Failure> listener) {
		listeners.add(listener);
	}

	static void removeListener(Consumer<? super Failure> listener) {
		listeners.remove(listener);
	}

	/**
	 * Watch a chain that has come to rest on a failure.
	 * @param chain the chain
	 * @param failure the failure
	 * @param debugInfo what is known of the chain, {@code null} without debugging
	 * @return the watch, to be called off when somebody deals with the failure
	 */
	static Watch watch(Chain chain, Failure failure, @Nullable DebugInfo debugInfo) {
		Watch watch = new Watch(failure, debugInfo);
		watch.cleanable = cleaner.register(chain, watch);
		return watch;
	}

	/**
	 * What is left of a chain when it is gone; must not lead back to it.
	 */
	static final class Watch implements Runnable {

		private final @Nullable DebugInfo debugInfo;

		/** The MDC of who failed, so that the log tells on whose behalf. */
		private final @Nullable Map<String, String> mdc = MDC.getCopyOfContextMap();

		private volatile @Nullable Failure failure;

		private Cleaner.@Nullable Cleanable cleanable;

		private Watch(Failure failure, @Nullable DebugInfo debugInfo) {
			this.failure = failure;
			this.debugInfo = debugInfo;
		}

		boolean isOf(Object failure) {
			return this.failure == failure;
		}

		void callOff() {
			this.failure = null;
			Cleaner.Cleanable registration = this.cleanable;
			if (registration != null) {
				registration.clean();
			}
		}

		@Override
		public void run() {
			Failure unhandled = this.failure;
			if (unhandled == null) {
				return;
			}
			count.incrementAndGet();
			log(unhandled);
			for (Consumer<? super Failure> listener : listeners) {
				try {
					listener.accept(unhandled);
				}
				catch (Throwable ex) {
					logger.error("A listener for unhandled errors failed", ex);
				}
			}
		}

		private void log(Failure unhandled) {
			if (this.mdc != null) {
				MDC.setContextMap(this.mdc);
			}
			try {
				if (this.debugInfo != null) {
					logger.error("Unhandled error in Deferred\n{}", this.debugInfo.story(), unhandled.value());
				}
				else {
					logger.error("Unhandled error in Deferred; Deferred.setDebugging(true), or the property "
							+ "twisted.deferred.debug, shows what it went through", unhandled.value());
				}
			}
			finally {
				MDC.clear();
			}
		}

	}

}
