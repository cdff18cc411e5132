package dev.twisted.spread.pb;

import java.lang.ref.WeakReference;
import java.util.HashMap;
import java.util.Map;

import dev.twisted.spread.jelly.JellyException;
import org.jspecify.annotations.Nullable;

/**
 * Caches of the peer's objects. Nobody holds them here but those who use them; one that
 * has become unreachable is given back as often as it has come.
 */
final class LocallyCached {

	private final Broker broker;

	private final int limit;

	private final Map<Integer, Entry> entries = new HashMap<>();

	LocallyCached(Broker broker, int limit) {
		this.broker = broker;
		this.limit = limit;
	}

	void add(int number, RemoteCache cache) throws JellyException {
		if (this.entries.containsKey(number)) {
			throw new JellyException("There is a cache %d already".formatted(number));
		}
		// Twisted allows one more than its limit says.
		if (this.entries.size() > this.limit) {
			throw new JellyException("The other side has more than %d objects cached here".formatted(this.limit));
		}
		this.entries.put(number, new Entry(cache));
		Broker owner = this.broker;
		RemoteReference.CLEANER.register(cache, () -> owner.onLoop(() -> unreachable(number)));
	}

	/** A cache has come once more. */
	RemoteCache again(Object number) throws JellyException {
		Entry entry = this.entries.get(number);
		if (entry == null) {
			throw new JellyException("There is no cache %s".formatted(Words.shown(number)));
		}
		entry.count++;
		RemoteCache cache = entry.cache.get();
		if (cache == null) {
			if (entry.givenBack) {
				giveBack((Integer) number, entry);
			}
			throw new JellyException("The cache %s has just been given back".formatted(number));
		}
		return cache;
	}

	private void unreachable(int number) {
		Entry entry = this.entries.get(number);
		if (entry != null) {
			entry.givenBack = true;
			giveBack(number, entry);
		}
	}

	private void giveBack(int number, Entry entry) {
		for (; entry.count > 0; entry.count--) {
			this.broker.sendDecache(number);
		}
	}

	/** The owner has let go of a cache; false if there is none. */
	boolean remove(Object number) {
		return this.entries.remove(number) != null;
	}

	boolean contains(Object number) {
		return this.entries.containsKey(number);
	}

	/** A cache to call, {@code null} if nobody uses it any more. */
	@Nullable RemoteCache get(Object number) {
		Entry entry = this.entries.get(number);
		return (entry != null) ? entry.cache.get() : null;
	}

	void clear() {
		this.entries.clear();
	}

	private static final class Entry {

		private final WeakReference<RemoteCache> cache;

		private int count = 1;

		private boolean givenBack;

		Entry(RemoteCache cache) {
			this.cache = new WeakReference<>(cache);
		}

	}

}
