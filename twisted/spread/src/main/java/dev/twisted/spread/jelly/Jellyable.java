package dev.twisted.spread.jelly;

/**
 * An object that knows how to be written as jelly. Follows Twisted's class of this name.
 */
public interface Jellyable {

	/**
	 * Write this object.
	 * @param jellier who asks; writes what this object consists of
	 * @return the expression
	 * @throws JellyException if it cannot be written
	 */
	Object jellyFor(Jellier jellier) throws JellyException;

}
