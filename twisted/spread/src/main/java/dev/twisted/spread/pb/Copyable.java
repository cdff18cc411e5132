package dev.twisted.spread.pb;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Jellyable;
import org.jspecify.annotations.Nullable;

/**
 * An object that peers get a copy of when it is sent to them. The peer must have
 * registered the name of its type. Records need not be one: see
 * {@link dev.twisted.spread.jelly.SecurityOptions#setUnjellyableForClass(String, Class)}.
 * Follows Twisted's class of this name.
 */
public interface Copyable extends Jellyable {

	/**
	 * What the copy consists of.
	 * @param perspective who gets it, {@code null} for nobody in particular
	 * @return the attributes by their names
	 */
	Map<String, ? extends @Nullable Object> getStateToCopyFor(@Nullable Avatar perspective);

	/**
	 * The name of the type on its way.
	 * @return the name that the peer has registered; that of the class unless overridden
	 */
	default String getTypeToCopy() {
		return getClass().getName();
	}

	@Override
	default Object jellyFor(Jellier jellier) throws JellyException {
		Avatar perspective = References.of(jellier).serializingPerspective();
		return jellier.jellyOnce(this, () -> {
			List<Object> sexp = new ArrayList<>();
			sexp.add(Bytes.utf8(getTypeToCopy()));
			sexp.add(jellier.jelly(getStateToCopyFor(perspective)));
			return sexp;
		});
	}

}
