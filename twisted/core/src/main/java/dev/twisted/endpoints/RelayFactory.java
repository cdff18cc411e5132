package dev.twisted.endpoints;

import java.util.function.Supplier;

import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link Relay} in front of each protocol of another factory.
 */
final class RelayFactory extends Factory {

	private final Factory factory;

	private final Supplier<? extends Relay.Watcher> watchers;

	RelayFactory(Factory factory, Supplier<? extends Relay.Watcher> watchers) {
		this.factory = factory;
		this.watchers = watchers;
	}

	@Override
	public @Nullable Protocol buildProtocol(Address address) throws Exception {
		Protocol protocol = build(this.factory, address);
		return (protocol != null) ? new Relay(protocol, this.watchers.get()) : null;
	}

	/** Build a protocol that knows its factory. */
	static @Nullable Protocol build(Factory factory, Address address) throws Exception {
		Protocol protocol = factory.buildProtocol(address);
		if (protocol != null && protocol.factory() == null) {
			protocol.setFactory(factory);
		}
		return protocol;
	}

	@Override
	protected void startFactory() throws Exception {
		this.factory.doStart();
	}

	@Override
	protected void stopFactory() throws Exception {
		this.factory.doStop();
	}

	@Override
	public String logPrefix() {
		return this.factory.logPrefix();
	}

}
