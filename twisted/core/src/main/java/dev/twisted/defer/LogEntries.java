package dev.twisted.defer;

import java.util.Arrays;
import java.util.Map;
import java.util.Objects;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Entries of the MDC of SLF4J. They are put there and taken away one by one: the MDC can
 * only be read and replaced as a whole by copying it, which costs several times as much
 * as the few entries that there are. Immutable.
 */
final class LogEntries {

	static final LogEntries NONE = new LogEntries(new @Nullable String[0]);

	/** Keys, each with its value behind it. */
	private final @Nullable String[] pairs;

	private LogEntries(@Nullable String[] pairs) {
		this.pairs = pairs;
	}

	/** What the calling thread has. */
	static LogEntries capture() {
		return NONE.and(MDC.getCopyOfContextMap());
	}

	/** These entries and one more, which replaces one with the same key. */
	LogEntries with(String key, @Nullable String value) {
		int length = this.pairs.length;
		for (int i = 0; i < length; i += 2) {
			if (key.equals(this.pairs[i])) {
				@Nullable String[] replaced = this.pairs.clone();
				replaced[i + 1] = value;
				return new LogEntries(replaced);
			}
		}
		@Nullable String[] more = Arrays.copyOf(this.pairs, length + 2);
		more[length] = key;
		more[length + 1] = value;
		return new LogEntries(more);
	}

	/** These entries and those of a copy of the MDC, which has none of their keys. */
	private LogEntries and(@Nullable Map<String, String> others) {
		if (others == null || others.isEmpty()) {
			return this;
		}
		@Nullable String[] more = Arrays.copyOf(this.pairs, this.pairs.length + 2 * others.size());
		int length = this.pairs.length;
		for (Map.Entry<String, String> other : others.entrySet()) {
			// A whole map can bring in what no single entry could.
			if (other.getKey() != null) {
				more[length++] = other.getKey();
				more[length++] = other.getValue();
			}
		}
		return new LogEntries((length == more.length) ? more : Arrays.copyOf(more, length));
	}

	/** Give the calling thread these and no others. */
	void install() {
		MDC.clear();
		for (int i = 0; i < this.pairs.length; i += 2) {
			MDC.put(this.pairs[i], this.pairs[i + 1]);
		}
	}

	/**
	 * What the calling thread has by now, which was given these. Unless it is these, some
	 * of it is still there after that.
	 */
	LogEntries take() {
		for (int i = 0; i < this.pairs.length; i += 2) {
			if (!Objects.equals(MDC.get(this.pairs[i]), this.pairs[i + 1])) {
				return capture();
			}
		}
		for (int i = 0; i < this.pairs.length; i += 2) {
			MDC.remove(this.pairs[i]);
		}
		return and(MDC.getCopyOfContextMap());
	}

	@Override
	public String toString() {
		return Arrays.toString(this.pairs);
	}

}
