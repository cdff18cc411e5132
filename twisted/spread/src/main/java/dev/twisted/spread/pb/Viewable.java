package dev.twisted.spread.pb;

import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Jellyable;

/**
 * An object that knows who calls it. Who gets it from an {@link Avatar} gets a reference
 * to a {@link ViewPoint}, and may call the methods whose names begin with {@code view_}.
 * They take the avatar as their first parameter, {@code null} if nobody has logged in.
 * Follows Twisted's class of this name.
 */
public interface Viewable extends Jellyable {

	@Override
	default Object jellyFor(Jellier jellier) throws JellyException {
		return new ViewPoint(References.of(jellier).serializingPerspective(), this).jellyFor(jellier);
	}

}
