package dev.twisted.spread.pb;

import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import org.jspecify.annotations.Nullable;

/**
 * A reference to an avatar: the peer cannot tell it from one to any other object. Who
 * gives it back has logged out.
 */
final class AsReferenceable implements Referenceable {

	private final Broker broker;

	private final Avatar avatar;

	private @Nullable Runnable logout;

	AsReferenceable(Broker broker, Avatar avatar, Runnable logout) {
		this.broker = broker;
		this.avatar = avatar;
		this.logout = logout;
	}

	@Override
	public @Nullable Object remoteMessageReceived(RemoteCall call) throws Throwable {
		return this.avatar.perspectiveMessageReceived(call);
	}

	@Override
	public Object jellyFor(Jellier jellier) throws JellyException {
		Object sexp = Referenceable.super.jellyFor(jellier);
		References.of(jellier).whenReleased(this, this::logout);
		return sexp;
	}

	/** Once, whatever comes first. */
	void logout() {
		Runnable action = this.logout;
		if (action != null) {
			this.logout = null;
			this.broker.dontNotifyOnDisconnect(this);
			action.run();
		}
	}

}
