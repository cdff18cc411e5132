package dev.twisted.spread.pb;

import java.util.List;

import dev.twisted.spread.jelly.Jellier;
import dev.twisted.spread.jelly.JellyException;
import dev.twisted.spread.jelly.Jellyable;
import dev.twisted.spread.jelly.Unjellier;
import org.jspecify.annotations.Nullable;

/**
 * A copy of an object of the other side that is kept up to date: its owner calls the
 * methods whose names begin with {@code observe_}. It is given back when it has become
 * unreachable. Its class is registered with
 * {@link dev.twisted.spread.jelly.SecurityOptions}. Follows Twisted's class of this name.
 */
public abstract class RemoteCache implements RemoteCopy, Jellyable, MessageReceiver {

	private @Nullable Broker broker;

	private int luid;

	@Override
	public @Nullable Object remoteMessageReceived(RemoteCall call) throws Throwable {
		return Flavor.OBSERVE.methods(this).call(this, call.message(), call.arguments(), call.keywords());
	}

	@Override
	public final Object jellyFor(Jellier jellier) throws JellyException {
		if (jellier.invoker(Broker.class) != this.broker) {
			throw new JellyException("A cache can be sent only to where it came from");
		}
		return List.of(Words.LCACHE, this.luid);
	}

	@Override
	public final @Nullable Object unjellyFor(Unjellier unjellier, List<?> jelly) throws JellyException {
		if (jelly.size() != 3 || !(jelly.get(1) instanceof Integer number)) {
			throw new JellyException("A cache has no number");
		}
		this.broker = unjellier.invoker(Broker.class);
		this.luid = number;
		this.broker.references().locallyCached().add(number, this);
		unjellier.begin(this);
		setCopyableState(unjellier.unjellyState(jelly));
		return this;
	}

}
