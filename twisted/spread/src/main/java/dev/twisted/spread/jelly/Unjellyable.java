package dev.twisted.spread.jelly;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Makes objects of one type of what came in. Follows Twisted's {@code IUnjellyable}.
 */
@FunctionalInterface
public interface Unjellyable {

	/**
	 * Make an object.
	 * @param unjellier who asks; reads what the object consists of
	 * @param jelly the expression, whose first element is the name of the type
	 * @return the object
	 * @throws JellyException if it is no object of this type
	 */
	@Nullable Object unjellyFor(Unjellier unjellier, List<?> jelly) throws JellyException;

}
