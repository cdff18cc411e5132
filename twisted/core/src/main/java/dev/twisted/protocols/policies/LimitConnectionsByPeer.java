package dev.twisted.protocols.policies;

import dev.twisted.internet.Address;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Limits how many connections from one host are open together, on all ports that share
 * this factory; more are closed at once. Follows Twisted's
 * {@code LimitConnectionsByPeer}: a host is one address, also where addresses are IPv6.
 * <p>
 * With several event loops each of them may let in one connection too many.
 */
public class LimitConnectionsByPeer extends WrappingFactory {

	private final int maxConnectionsPerPeer;

	private final PeerTally tally = new PeerTally();

	/**
	 * Wrap a factory.
	 * @param wrappedFactory makes the protocols to wrap
	 * @param maxConnectionsPerPeer how many connections from one host may be open
	 * together
	 * @throws IllegalArgumentException if the limit is negative
	 */
	public LimitConnectionsByPeer(Factory wrappedFactory, int maxConnectionsPerPeer) {
		super(wrappedFactory);
		if (maxConnectionsPerPeer < 0) {
			throw new IllegalArgumentException(
					"There cannot be %d connections at most".formatted(maxConnectionsPerPeer));
		}
		this.maxConnectionsPerPeer = maxConnectionsPerPeer;
	}

	@Override
	public @Nullable Protocol buildProtocol(Address address) throws Exception {
		return (this.tally.count(address.host()) < this.maxConnectionsPerPeer) ? super.buildProtocol(address) : null;
	}

	@Override
	protected ProtocolWrapper wrap(Protocol protocol, Address address) {
		return new PeerWrapper(this, protocol, address.host());
	}

	@Override
	protected void registerProtocol(ProtocolWrapper protocol) {
		super.registerProtocol(protocol);
		if (protocol instanceof PeerWrapper wrapper) {
			this.tally.add(wrapper.host);
		}
	}

	@Override
	protected void unregisterProtocol(ProtocolWrapper protocol) {
		super.unregisterProtocol(protocol);
		if (protocol instanceof PeerWrapper wrapper) {
			this.tally.remove(wrapper.host);
		}
	}

	/**
	 * Remembers who it was counted for: a connection that is gone need not know its peer.
	 */
	private static final class PeerWrapper extends ProtocolWrapper {

		private final String host;

		PeerWrapper(LimitConnectionsByPeer factory, Protocol protocol, String host) {
			super(factory, protocol);
			this.host = host;
		}

	}

}
