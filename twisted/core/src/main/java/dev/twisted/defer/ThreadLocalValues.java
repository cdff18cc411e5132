package dev.twisted.defer;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

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

	/** As {@link #capture()}, but what a Context has goes before that. */
	static @Nullable ThreadLocalValues capture(ContextView context) {
		return context.isEmpty() ? capture() : read(
				(accessor) -> context.hasKey(accessor.key()) ? context.get(accessor.key()) : accessor.getValue());
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

	/** Take back what was set, until there is nothing. */
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

	/**
	 * Do something while the calling thread has these values and no others, as far as
	 * they can be set; it keeps its own, and the scopes that it has open.
	 * @param values the values, {@code null} for none
	 */
	static void run(@Nullable ThreadLocalValues values, Runnable action) {
		List<ThreadLocalAccessor<?>> accessors = ContextRegistry.getInstance().getThreadLocalAccessors();
		ThreadLocalAccessor<?>[] changed = new ThreadLocalAccessor<?>[accessors.size()];
		@Nullable Object[] own = new @Nullable Object[accessors.size()];
		int length = 0;
		for (ThreadLocalAccessor<?> accessor : accessors) {
			Object before = valueIfAny(accessor);
			Object value = (values != null) ? values.get(accessor) : null;
			if ((before != null || value != null) && set(accessor, value)) {
				changed[length] = accessor;
				own[length++] = before;
			}
		}
		try {
			action.run();
		}
		finally {
			while (--length >= 0) {
				restore(changed[length], own[length]);
			}
		}
	}

	private @Nullable Object get(ThreadLocalAccessor<?> accessor) {
		for (int i = 0; i < this.pairs.length; i += 2) {
			if (this.pairs[i] == accessor) {
				return this.pairs[i + 1];
			}
		}
		return null;
	}

	@SuppressWarnings("unchecked")
	private static boolean set(ThreadLocalAccessor<?> accessor, @Nullable Object value) {
		try {
			if (value != null) {
				((ThreadLocalAccessor<Object>) accessor).setValue(value);
			}
			else {
				accessor.setValue();
			}
			return true;
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("The thread local '{}' could not be set to what it was", accessor.key(), ex);
			return false;
		}
	}

	@SuppressWarnings("unchecked")
	private static void restore(ThreadLocalAccessor<?> accessor, @Nullable Object before) {
		try {
			if (before != null) {
				((ThreadLocalAccessor<Object>) accessor).restore(before);
			}
			else {
				accessor.restore();
			}
		}
		catch (RuntimeException | LinkageError ex) {
			logger.warn("The thread local '{}' could not be set back", accessor.key(), ex);
		}
	}

	/** A Context with these values added. */
	Context writtenTo(Context context) {
		Context written = context;
		for (int i = 0; i < this.pairs.length; i += 2) {
			written = written.put(((ThreadLocalAccessor<?>) this.pairs[i]).key(), this.pairs[i + 1]);
		}
		return written;
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
