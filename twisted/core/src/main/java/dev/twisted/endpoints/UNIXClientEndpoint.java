package dev.twisted.endpoints;

import java.nio.file.Path;
import java.time.Duration;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Connector.HostAndPort;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorTCP;

/**
 * Connects to a Unix socket. Follows Twisted's class of the same name.
 */
public final class UNIXClientEndpoint implements StreamClientEndpoint {

	private final Reactor reactor;

	private final Path path;

	private final Duration timeout;

	/**
	 * Try for thirty seconds.
	 * @param reactor connects
	 * @param path where the socket is
	 */
	public UNIXClientEndpoint(Reactor reactor, Path path) {
		this(reactor, path, ReactorTCP.DEFAULT_CONNECT_TIMEOUT);
	}

	/**
	 * Make the endpoint.
	 * @param reactor connects
	 * @param path where the socket is
	 * @param timeout how long to try
	 */
	public UNIXClientEndpoint(Reactor reactor, Path path, Duration timeout) {
		this.reactor = reactor;
		this.path = path;
		this.timeout = timeout;
	}

	@Override
	public Deferred<Protocol> connect(Factory factory) {
		return ConnectionAttempt.begin(factory, new HostAndPort(this.path.toString(), 0), false,
				(attempt) -> this.reactor.connectUNIX(this.path, attempt, this.timeout));
	}

	@Override
	public String toString() {
		return "unix:" + Endpoints.quoteStringArgument(this.path.toString());
	}

}
