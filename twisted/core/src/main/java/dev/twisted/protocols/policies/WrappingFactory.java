package dev.twisted.protocols.policies;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;

/**
 * Puts a {@link ProtocolWrapper} around each protocol that another factory makes. For
 * servers and for clients: what a {@link ClientFactory} is told, the wrapped one is told
 * if it is one. Follows Twisted's {@code WrappingFactory}.
 * <p>
 * With several event loops its methods are called on all of them.
 */
public class WrappingFactory extends ClientFactory {

	private final Factory wrappedFactory;

	private final Set<ProtocolWrapper> protocols = ConcurrentHashMap.newKeySet();

	/**
	 * Wrap a factory.
	 * @param wrappedFactory makes the protocols to wrap
	 */
	public WrappingFactory(Factory wrappedFactory) {
		this.wrappedFactory = wrappedFactory;
	}

	/**
	 * What is wrapped.
	 * @return the factory
	 */
	public final Factory wrappedFactory() {
		return this.wrappedFactory;
	}

	/**
	 * The wrappers that are connected now. May be called from any thread.
	 * @return a snapshot
	 */
	public final Set<ProtocolWrapper> protocols() {
		return Set.copyOf(this.protocols);
	}

	/** How many are connected. */
	final int connected() {
		return this.protocols.size();
	}

	@Override
	public String logPrefix() {
		return this.wrappedFactory.logPrefix();
	}

	@Override
	protected void startFactory() throws Exception {
		this.wrappedFactory.doStart();
	}

	@Override
	protected void stopFactory() throws Exception {
		this.wrappedFactory.doStop();
	}

	@Override
	public @Nullable Protocol buildProtocol(Address address) throws Exception {
		Protocol built = this.wrappedFactory.buildProtocol(address);
		if (built == null) {
			return null;
		}
		if (built.factory() == null) {
			built.setFactory(this.wrappedFactory);
		}
		return wrap(built, address);
	}

	/**
	 * Put a wrapper around a protocol.
	 * @param protocol the protocol
	 * @param address the other end
	 * @return the wrapper
	 */
	protected ProtocolWrapper wrap(Protocol protocol, Address address) {
		return new ProtocolWrapper(this, protocol);
	}

	/**
	 * A wrapper has been connected. Called on the connection's loop.
	 * @param protocol the wrapper
	 */
	protected void registerProtocol(ProtocolWrapper protocol) {
		this.protocols.add(protocol);
	}

	/**
	 * A wrapper's connection is gone. Called on the connection's loop.
	 * @param protocol the wrapper
	 */
	protected void unregisterProtocol(ProtocolWrapper protocol) {
		this.protocols.remove(protocol);
	}

	@Override
	public void startedConnecting(Connector connector) {
		if (this.wrappedFactory instanceof ClientFactory client) {
			client.startedConnecting(connector);
		}
	}

	@Override
	public void clientConnectionFailed(Connector connector, Failure reason) {
		if (this.wrappedFactory instanceof ClientFactory client) {
			client.clientConnectionFailed(connector, reason);
		}
	}

	@Override
	public void clientConnectionLost(Connector connector, Failure reason) {
		if (this.wrappedFactory instanceof ClientFactory client) {
			client.clientConnectionLost(connector, reason);
		}
	}

}
