package dev.twisted.internet;

import java.util.Arrays;
import java.util.List;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/**
 * The values of the thread locals that are registered with Micrometer. Loaded only where
 * that is on the class path.
 */
final class ThreadLocalValues {

	/**
	 * How often to take back what was set: user code may have opened scopes, of which
	 * each gives way to the one before it, and forgotten to close them.
	 */
	private static final int MOST_SCOPES = 16;

	/** Pairs of an accessor and its value. */
	private final Object[] pairs;

	private ThreadLocalValues(Object[] pairs) {
		this.pairs = pairs;
	}

	/** What the calling thread has, {@code null} for nothing. */
	static @Nullable ThreadLocalValues capture() {
		List<ThreadLocalAccessor<?>> accessors = ContextRegistry.getInstance().getThreadLocalAccessors();
		Object[] pairs = null;
		int length = 0;
		for (ThreadLocalAccessor<?> accessor : accessors) {
			Object value = accessor.getValue();
			if (value != null) {
				if (pairs == null) {
					pairs = new Object[4];
				}
				else if (length == pairs.length) {
					pairs = Arrays.copyOf(pairs, length * 2);
				}
				pairs[length++] = accessor;
				pairs[length++] = value;
			}
		}
		return (pairs != null) ? new ThreadLocalValues(Arrays.copyOf(pairs, length)) : null;
	}

	/** As {@link #capture()}, and the thread has nothing after that. */
	static @Nullable ThreadLocalValues take() {
		ThreadLocalValues values = capture();
		if (values != null) {
			// The last to come goes first.
			for (int i = values.pairs.length - 2; i >= 0; i -= 2) {
				clear((ThreadLocalAccessor<?>) values.pairs[i]);
			}
		}
		return values;
	}

	private static void clear(ThreadLocalAccessor<?> accessor) {
		for (int i = 0; i < MOST_SCOPES && accessor.getValue() != null; i++) {
			accessor.restore();
		}
	}

	/** Give the calling thread, which has nothing, these values. */
	@SuppressWarnings("unchecked")
	void install() {
		for (int i = 0; i < this.pairs.length; i += 2) {
			((ThreadLocalAccessor<Object>) this.pairs[i]).setValue(this.pairs[i + 1]);
		}
	}

	boolean isSame(@Nullable ThreadLocalValues other) {
		if (other == null || other.pairs.length != this.pairs.length) {
			return false;
		}
		for (int i = 0; i < this.pairs.length; i++) {
			if (this.pairs[i] != other.pairs[i]) {
				return false;
			}
		}
		return true;
	}

	@Override
	public String toString() {
		return Arrays.toString(this.pairs);
	}

}
