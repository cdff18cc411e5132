package dev.twisted.spread.pb;

import java.util.Arrays;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;

/**
 * Stands for a peer's copy of a {@link Cacheable}. Two for the same copy are equal. For
 * any thread. Follows Twisted's class of this name.
 */
public final class RemoteCacheObserver {

	private final Broker broker;

	private final Cacheable cached;

	private final @Nullable Avatar perspective;

	RemoteCacheObserver(Broker broker, Cacheable cached, @Nullable Avatar perspective) {
		this.broker = broker;
		this.cached = cached;
		this.perspective = perspective;
	}

	/**
	 * Tell the copy something: its method {@code observe_<name>} is called.
	 * @param <T> the result
	 * @param name the method
	 * @param arguments its arguments
	 * @return fires as that of {@link RemoteReference#callRemote}
	 */
	public <T extends @Nullable Object> Deferred<T> callRemote(String name, @Nullable Object... arguments) {
		return this.broker.call(OutgoingCall.ofCache(this.cached, this.perspective, name, Arrays.asList(arguments)));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return other instanceof RemoteCacheObserver observer && observer.broker == this.broker
				&& observer.cached == this.cached && observer.perspective == this.perspective;
	}

	@Override
	public int hashCode() {
		return System.identityHashCode(this.broker) * 31 + System.identityHashCode(this.cached);
	}

}
