package dev.twisted.endpoints;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTCP;
import org.jspecify.annotations.Nullable;

/**
 * Connects to the IPv6 addresses of a host. Follows Twisted's class of the same name.
 */
public final class TCP6ClientEndpoint implements StreamClientEndpoint {

	private final HostnameEndpoint endpoint;

	/**
	 * Try for thirty seconds.
	 * @param reactor connects
	 * @param host a name or an IPv6 address
	 * @param port the port
	 */
	public TCP6ClientEndpoint(Reactor reactor, String host, int port) {
		this(reactor, host, port, ReactorTCP.DEFAULT_CONNECT_TIMEOUT, null);
	}

	/**
	 * Make the endpoint.
	 * @param reactor connects
	 * @param host a name or an IPv6 address
	 * @param port the port
	 * @param timeout how long to try, looking up the name included
	 * @param bindAddress where to connect from, {@code null} for anywhere
	 */
	public TCP6ClientEndpoint(Reactor reactor, String host, int port, Duration timeout,
			@Nullable InetSocketAddress bindAddress) {
		this.endpoint = new HostnameEndpoint(reactor, host, port).withTimeout(timeout)
			.withFamily(Inet6Address.class::isInstance)
			.withBindAddress(bindAddress);
	}

	@Override
	public Deferred<Protocol> connect(Factory factory) {
		return this.endpoint.connect(factory);
	}

	@Override
	public String toString() {
		return "tcp6:" + this.endpoint.destination();
	}

}
