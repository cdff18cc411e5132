package dev.twisted.spread.pb;

import java.util.Map;

import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import org.jspecify.annotations.Nullable;

/**
 * An object that peers get a copy of which is kept up to date: it is sent once, and an
 * observer tells the copy what changes. Follows Twisted's class of this name.
 */
public interface Cacheable extends Copyable {

	/**
	 * What the copy consists of, and who keeps it up to date.
	 * @param perspective who gets it, {@code null} for nobody in particular
	 * @param observer stands for the copy, until {@link #stoppedObserving}
	 * @return the attributes by their names
	 */
	Map<String, ? extends @Nullable Object> getStateToCacheAndObserveFor(@Nullable Avatar perspective,
			RemoteCacheObserver observer);

	/**
	 * A peer has no copy any more.
	 * @param perspective who had it
	 * @param observer stood for the copy
	 */
	default void stoppedObserving(@Nullable Avatar perspective, RemoteCacheObserver observer) {
	}

	@Override
	default Map<String, ? extends @Nullable Object> getStateToCopyFor(@Nullable Avatar perspective) {
		throw new UnsupportedOperationException("This object is cached, not copied");
	}

	@Override
	default Object jellyFor(Jellier jellier) throws JellyException {
		return References.of(jellier).jellyCacheable(this, jellier);
	}

}
