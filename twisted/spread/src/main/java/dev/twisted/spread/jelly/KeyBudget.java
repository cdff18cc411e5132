package dev.twisted.spread.jelly;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Looks at what is to be the keys of maps and the elements of sets in one message. Python
 * takes only what does not change; beyond that, nobody shall hold the loop with keys that
 * are made to have the same hash, or that take for ever to compare.
 */
final class KeyBudget {

	private static final int MAX_WEIGHT = 1000;

	private static final long MAX_COMPARISONS = 50_000_000;

	private final SecurityOptions security;

	private long comparisons;

	KeyBudget(SecurityOptions security) {
		this.security = security;
	}

	/**
	 * Take a key, or say why not.
	 * @param key the key
	 * @param hashes how often each hash has occurred in the same map or set; {@code null}
	 * for one so small that it does not matter
	 */
	void spend(@Nullable Object key, @Nullable Map<Integer, Integer> hashes) throws JellyException {
		// First of all: who asks a heavy key for its hash has lost already.
		int weight = weigh(key, 0);
		int alike = (hashes != null) ? hashes.merge(Objects.hashCode(key), 1, Integer::sum) : 1;
		this.comparisons += (long) alike * weight;
		if (this.comparisons > MAX_COMPARISONS) {
			throw new JellyException("Too many keys have the same hash");
		}
	}

	private int weigh(@Nullable Object key, int soFar) throws JellyException {
		int weight = soFar + 1;
		if (weight > MAX_WEIGHT) {
			throw new JellyException("A key consists of more than %d things".formatted(MAX_WEIGHT));
		}
		if (key instanceof Tuple || key instanceof FrozenSet) {
			for (Object element : (Iterable<?>) key) {
				weight = weigh(element, weight);
			}
		}
		else if (key instanceof List || key instanceof Map || key instanceof Set || key instanceof byte[]) {
			throw new JellyException("A %s can be neither a key nor an element of a set"
				.formatted((key instanceof List) ? "list" : (key instanceof Map) ? "dictionary" : "set"));
		}
		else if (key instanceof Record) {
			RecordType<?> type = this.security.record(key.getClass());
			if (type != null) {
				for (Object component : type.state(key).values()) {
					weight = weigh(component, weight);
				}
			}
		}
		return weight;
	}

}
