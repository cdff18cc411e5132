package dev.twisted.spread.jelly;

import java.util.AbstractList;
import java.util.Arrays;
import java.util.RandomAccess;

import org.jspecify.annotations.Nullable;

/**
 * Python's tuple: a list that does not change, and that arrives as a tuple.
 */
public final class Tuple extends AbstractList<@Nullable Object> implements RandomAccess {

	private final @Nullable Object[] elements;

	/** Takes the array, which {@link Unjellier} fills afterwards. */
	Tuple(@Nullable Object[] elements) {
		this.elements = elements;
	}

	/**
	 * Make a tuple.
	 * @param elements what is in it, in order
	 * @return the tuple
	 */
	public static Tuple of(@Nullable Object... elements) {
		return new Tuple(elements.clone());
	}

	@Override
	public @Nullable Object get(int index) {
		return this.elements[index];
	}

	@Override
	public int size() {
		return this.elements.length;
	}

	@Override
	@SuppressWarnings("NullAway") // What Collection says leaves out that elements may be
									// null.
	public @Nullable Object[] toArray() {
		return Arrays.copyOf(this.elements, this.elements.length, Object[].class);
	}

}
