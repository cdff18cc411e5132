package dev.twisted.endpoints;

import java.net.InetSocketAddress;
import java.time.Duration;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTCP;
import org.jspecify.annotations.Nullable;

/**
 * Connects to a host through TCP, trying its addresses one after the other. Follows
 * Twisted's class of the same name, which knows IPv4 only; this one takes what there is.
 * A {@link HostnameEndpoint} is quicker where a host has addresses that do not answer.
 */
public final class TCP4ClientEndpoint implements StreamClientEndpoint {

	private final Reactor reactor;

	private final HostAndPort destination;

	private final Duration timeout;

	private final @Nullable InetSocketAddress bindAddress;

	/**
	 * Try for thirty seconds.
	 * @param reactor connects
	 * @param host a name or an address
	 * @param port the port
	 */
	public TCP4ClientEndpoint(Reactor reactor, String host, int port) {
		this(reactor, host, port, ReactorTCP.DEFAULT_CONNECT_TIMEOUT, null);
	}

	/**
	 * Make the endpoint.
	 * @param reactor connects
	 * @param host a name or an address
	 * @param port the port
	 * @param timeout how long to try, looking up the name included
	 * @param bindAddress where to connect from, {@code null} for anywhere
	 */
	public TCP4ClientEndpoint(Reactor reactor, String host, int port, Duration timeout,
			@Nullable InetSocketAddress bindAddress) {
		this.reactor = reactor;
		this.destination = new HostAndPort(host, port);
		this.timeout = timeout;
		this.bindAddress = bindAddress;
	}

	@Override
	public Deferred<Protocol> connect(Factory factory) {
		return ConnectionAttempt.begin(factory, this.destination, false, (attempt) -> this.reactor
			.connectTCP(this.destination.host(), this.destination.port(), attempt, this.timeout, this.bindAddress));
	}

	@Override
	public String toString() {
		return "tcp:" + this.destination;
	}

}
