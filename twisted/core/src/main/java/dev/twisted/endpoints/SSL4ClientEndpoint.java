package dev.twisted.endpoints;

import java.net.InetSocketAddress;
import java.time.Duration;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.ContextFactory;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTCP;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a host through TCP and speaks TLS from the first byte. There is a
 * connection once the handshake has succeeded; the protocol's {@code connectionMade} is
 * called before that. Follows Twisted's class of the same name.
 */
public final class SSL4ClientEndpoint implements StreamClientEndpoint {

	private final Reactor reactor;

	private final HostAndPort destination;

	private final ContextFactory contextFactory;

	private final Duration timeout;

	private final @Nullable InetSocketAddress bindAddress;

	/**
	 * Try for thirty seconds.
	 * @param reactor connects
	 * @param host a name or an address
	 * @param port the port
	 * @param contextFactory whom to trust, and what to show
	 */
	public SSL4ClientEndpoint(Reactor reactor, String host, int port, ContextFactory contextFactory) {
		this(reactor, host, port, contextFactory, ReactorTCP.DEFAULT_CONNECT_TIMEOUT, null);
	}

	/**
	 * Make the endpoint.
	 * @param reactor connects
	 * @param host a name or an address
	 * @param port the port
	 * @param contextFactory whom to trust, and what to show
	 * @param timeout how long to try, looking up the name included and the handshake not
	 * @param bindAddress where to connect from, {@code null} for anywhere
	 */
	public SSL4ClientEndpoint(Reactor reactor, String host, int port, ContextFactory contextFactory, Duration timeout,
			@Nullable InetSocketAddress bindAddress) {
		this.reactor = reactor;
		this.destination = new HostAndPort(host, port);
		this.contextFactory = contextFactory;
		this.timeout = timeout;
		this.bindAddress = bindAddress;
	}

	@Override
	public Deferred<Protocol> connect(Factory factory) {
		return ConnectionAttempt.begin(factory, this.destination, true,
				(attempt) -> this.reactor.connectSSL(this.destination.host(), this.destination.port(), attempt,
						this.contextFactory, this.timeout, this.bindAddress));
	}

	@Override
	public String toString() {
		return "ssl:" + this.destination;
	}

}
