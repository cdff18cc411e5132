package dev.twisted.spread.jelly;

import java.util.AbstractSet;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Python's frozenset: a set that does not change, and that arrives as a frozenset.
 */
public final class FrozenSet extends AbstractSet<@Nullable Object> {

	private final Set<@Nullable Object> elements;

	/** Takes the set, which {@link Unjellier} fills afterwards. */
	FrozenSet(Set<@Nullable Object> elements) {
		this.elements = Collections.unmodifiableSet(elements);
	}

	/**
	 * Make a set.
	 * @param elements what is in it
	 * @return the set
	 */
	public static FrozenSet copyOf(Collection<? extends @Nullable Object> elements) {
		return new FrozenSet(new LinkedHashSet<>(elements));
	}

	@Override
	public Iterator<@Nullable Object> iterator() {
		return this.elements.iterator();
	}

	@Override
	public boolean contains(@Nullable Object element) {
		return this.elements.contains(element);
	}

	@Override
	public int size() {
		return this.elements.size();
	}

}
