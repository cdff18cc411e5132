package dev.twisted.enterprise;

import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Things in the order in which they came, of which any may leave at any time. To come, to
 * leave and to be the next costs the same however long the line is, and nobody is asked
 * for a hash code. Not safe for threads.
 *
 * @param <E> the things
 */
final class Line<E> {

	private @Nullable Place<E> first;

	private @Nullable Place<E> last;

	private int size;

	/** Come last, to a place that is in no line. */
	void add(Place<E> place) {
		Place<E> before = this.last;
		place.before = before;
		if (before != null) {
			before.after = place;
		}
		else {
			this.first = place;
		}
		this.last = place;
		place.inLine = true;
		this.size++;
	}

	/** Who is first, {@code null} if nobody is there. */
	@Nullable E first() {
		Place<E> place = this.first;
		return (place != null) ? place.element : null;
	}

	/** Have the first leave; {@code null} if nobody is there. */
	@Nullable E poll() {
		Place<E> place = this.first;
		if (place == null) {
			return null;
		}
		remove(place);
		return place.element;
	}

	/**
	 * Leave.
	 * @return whether the place was in this line, to which it belongs
	 */
	boolean remove(Place<E> place) {
		if (!place.inLine) {
			return false;
		}
		place.inLine = false;
		Place<E> before = place.before;
		Place<E> after = place.after;
		if (before != null) {
			before.after = after;
		}
		else {
			this.first = after;
		}
		if (after != null) {
			after.before = before;
		}
		else {
			this.last = before;
		}
		place.before = null;
		place.after = null;
		this.size--;
		return true;
	}

	int size() {
		return this.size;
	}

	boolean isEmpty() {
		return this.size == 0;
	}

	/** Who is there now. */
	List<E> copy() {
		List<E> elements = new ArrayList<>(this.size);
		for (Place<E> place = this.first; place != null; place = place.after) {
			elements.add(place.element);
		}
		return elements;
	}

	/**
	 * Where something stands.
	 *
	 * @param <E> the thing
	 */
	static final class Place<E> {

		private final E element;

		private @Nullable Place<E> before;

		private @Nullable Place<E> after;

		private boolean inLine;

		Place(E element) {
			this.element = element;
		}

	}

}
