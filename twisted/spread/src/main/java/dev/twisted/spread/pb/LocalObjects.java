package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Objects of this side that a peer holds, under the numbers it knows them by: those it
 * may call, or those it has a cache of. Each is held as often as it has been sent.
 *
 * @param <T> the objects
 */
final class LocalObjects<T> {

	/** So many times it is told before it loses the connection. */
	private static final int PATIENCE = 3;

	private final String what;

	private final int limit;

	private final Map<Integer, Held<T>> objects = new HashMap<>();

	private final Map<Object, Integer> numbers = new HashMap<>();

	/** What has been counted for a message that is not sent yet. */
	private final List<Integer> uncommitted = new ArrayList<>(0);

	private int violations;

	LocalObjects(String what, int limit) {
		this.what = what;
		this.limit = limit;
	}

	/**
	 * Count an object once more if it is held already.
	 * @return its number, {@code null} if it is not held
	 */
	@Nullable Integer countAgain(Object identity) {
		Integer number = this.numbers.get(identity);
		if (number != null) {
			held(number).count++;
			this.uncommitted.add(number);
		}
		return number;
	}

	/** Hold an object under a new number. */
	void hold(int number, Object identity, T object, @Nullable Avatar perspective) throws LimitReachedException {
		if (this.objects.size() >= this.limit) {
			boolean enough = ++this.violations > PATIENCE;
			throw new LimitReachedException(
					"Maximum PB %s count exceeded.%s".formatted(this.what, enough ? "  Goodbye." : ""), enough);
		}
		this.objects.put(number, new Held<>(identity, object, perspective));
		this.numbers.put(identity, number);
		this.uncommitted.add(number);
	}

	/** The message has been sent. */
	void commit() {
		this.uncommitted.clear();
	}

	/**
	 * The message was not sent: the peer will not give back what was in it.
	 * @return what is not held any more
	 */
	List<Held<T>> rollback() {
		List<Integer> counted = List.copyOf(this.uncommitted);
		this.uncommitted.clear();
		List<Held<T>> released = new ArrayList<>(0);
		for (int number : counted) {
			Held<T> gone = release(number);
			if (gone != null) {
				released.add(gone);
			}
		}
		return released;
	}

	/** The number of an object, {@code null} if it is not held. */
	@Nullable Integer number(Object identity) {
		return this.numbers.get(identity);
	}

	@Nullable T get(Object number) {
		Held<T> held = this.objects.get(number);
		return (held != null) ? held.object : null;
	}

	/** Whether there is an object of that number. */
	boolean contains(Object number) {
		return this.objects.containsKey(number);
	}

	/** Have something done when an object is not held any more. */
	void whenReleased(int number, Runnable cleanup) {
		held(number).cleanups.add(cleanup);
	}

	/**
	 * Count an object once less.
	 * @return it if it is not held any more
	 */
	@Nullable Held<T> release(int number) {
		Held<T> held = held(number);
		if (--held.count > 0) {
			return null;
		}
		this.objects.remove(number);
		this.numbers.remove(held.identity);
		return held;
	}

	/** Let go of everything. */
	List<Held<T>> releaseAll() {
		List<Held<T>> all = List.copyOf(this.objects.values());
		this.objects.clear();
		this.numbers.clear();
		return all;
	}

	int size() {
		return this.objects.size();
	}

	private Held<T> held(int number) {
		Held<T> held = this.objects.get(number);
		if (held == null) {
			throw new IllegalStateException("Nothing is held as %d".formatted(number));
		}
		return held;
	}

	/** An object, and how often it has been sent and not been given back. */
	static final class Held<T> {

		private final Object identity;

		private final T object;

		private final @Nullable Avatar perspective;

		private final List<Runnable> cleanups = new ArrayList<>(0);

		private int count = 1;

		private Held(Object identity, T object, @Nullable Avatar perspective) {
			this.identity = identity;
			this.object = object;
			this.perspective = perspective;
		}

		T object() {
			return this.object;
		}

		@Nullable Avatar perspective() {
			return this.perspective;
		}

		List<Runnable> cleanups() {
			return this.cleanups;
		}

	}

}
