package dev.twisted.spread.pb;

import java.util.List;
import java.util.Map;

import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Unjellier;
import dev.twisted.spread.jelly.Unjellyable;
import org.jspecify.annotations.Nullable;

/**
 * A copy of an object of the other side. Its class is registered with
 * {@link dev.twisted.spread.jelly.SecurityOptions}. Follows Twisted's class of this name.
 */
public interface RemoteCopy extends Unjellyable {

	/**
	 * Take the state of the object. Called once, on the connection's loop.
	 * @param state the attributes by their names
	 * @throws JellyException if they do not suit
	 */
	void setCopyableState(Map<String, @Nullable Object> state) throws JellyException;

	@Override
	default @Nullable Object unjellyFor(Unjellier unjellier, List<?> jelly) throws JellyException {
		unjellier.begin(this);
		setCopyableState(unjellier.unjellyState(jelly));
		return this;
	}

}
