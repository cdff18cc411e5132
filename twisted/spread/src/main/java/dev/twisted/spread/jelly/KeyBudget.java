package dev.twisted.spread.jelly;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Looks at what is to be the key of a map or the element of a set. Python takes only what
 * does not change; beyond that, nobody shall hold the loop with keys that are made to
 * have the same hash, or that take for ever to compare.
 */
final class KeyBudget {

	private static final int MAX_WEIGHT = 1000;

	private static final long MAX_COMPARISONS = 50_000_000;

	/** How often each hash has occurred. */
	private final Map<Integer, Integer> hashes = new HashMap<>();

	private long comparisons;

	/** Take a key, or say why not. */
	void spend(@Nullable Object key) throws JellyException {
		if (!(key instanceof Tuple || key instanceof FrozenSet)) {
			weigh(key, 0);
			return;
		}
		int weight = weigh(key, 0);
		int before = this.hashes.merge(key.hashCode(), 1, Integer::sum) - 1;
		this.comparisons += (long) before * weight;
		if (this.comparisons > MAX_COMPARISONS) {
			throw new JellyException("Too many keys have the same hash");
		}
	}

	private static int weigh(@Nullable Object key, int soFar) throws JellyException {
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
		return weight;
	}

}
