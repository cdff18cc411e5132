package dev.twisted.internet;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	private static final Logger logger = LoggerFactory.getLogger(CallContext.class);

	/** Pairs of an accessor and its value. */
	private final Object[] pairs;

	private ThreadLocalValues(Object[] pairs) {
		this.pairs = pairs;
	}

	/**
	 * What the calling thread has, {@code null} for nothing. An accessor that fails is
	 * the caller's to deal with.
	 */
	static @Nullable ThreadLocalValues capture() {
		return read(ThreadLocalAccessor::getValue);
	}

	private static @Nullable ThreadLocalValues read(Function<ThreadLocalAccessor<?>, @Nullable Object> reader) {
		List<ThreadLocalAccessor<?>> accessors = ContextRegistry.getInstance().getThreadLocalAccessors();
		Object[] pairs = null;
		int length = 0;
		for (ThreadLocalAccessor<?> accessor : accessors) {
			Object value = reader.apply(accessor);
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

	/**
	 * As {@link #capture()}, and the thread has nothing after that. An accessor that
	 * fails has no value, and does not keep those of others in the thread.
	 */
	static @Nullable ThreadLocalValues take() {
		ThreadLocalValues values = read(ThreadLocalValues::valueIfAny);
		if (values != null) {
			// The last to come goes first.
			for (int i = values.pairs.length - 2; i >= 0; i -= 2) {
				clear((ThreadLocalAccessor<?>) values.pairs[i]);
			}
		}
		return values;
	}

	private static @Nullable Object valueIfAny(ThreadLocalAccessor<?> accessor) {
		try {
			return accessor.getValue();
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("The thread local '{}' could not be read", accessor.key(), ex);
			return null;
		}
	}

	private static void clear(ThreadLocalAccessor<?> accessor) {
		try {
			for (int i = 0; i < MOST_SCOPES && accessor.getValue() != null; i++) {
				accessor.restore();
			}
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("The thread local '{}' could not be cleared", accessor.key(), ex);
		}
	}

	/**
	 * Give the calling thread, which has nothing, these values, as far as they can be
	 * set.
	 */
	void install() {
		for (int i = 0; i < this.pairs.length; i += 2) {
			set((ThreadLocalAccessor<?>) this.pairs[i], this.pairs[i + 1]);
		}
	}

	@SuppressWarnings("unchecked")
	private static void set(ThreadLocalAccessor<?> accessor, Object value) {
		try {
			((ThreadLocalAccessor<Object>) accessor).setValue(value);
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("The thread local '{}' could not be set to what it was", accessor.key(), ex);
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
