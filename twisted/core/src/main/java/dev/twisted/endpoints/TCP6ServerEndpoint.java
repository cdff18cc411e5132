package dev.twisted.endpoints;

import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;

/**
 * Listens on an IPv6 address; on all of them it takes connections through IPv4 as well
 * where the system lets it. Follows Twisted's class of the same name.
 */
public final class TCP6ServerEndpoint extends PortEndpoint {

	private final Reactor reactor;

	private final int port;

	private final String networkInterface;

	private final ListenOptions options;

	/**
	 * Listen on every interface.
	 * @param reactor listens
	 * @param port the port, 0 for any free one
	 */
	public TCP6ServerEndpoint(Reactor reactor, int port) {
		this(reactor, port, "::", ListenOptions.DEFAULTS);
	}

	/**
	 * Make the endpoint.
	 * @param reactor listens
	 * @param port the port, 0 for any free one
	 * @param networkInterface the address of the interface to listen on, empty for all
	 * @param options how to open the port
	 */
	public TCP6ServerEndpoint(Reactor reactor, int port, String networkInterface, ListenOptions options) {
		this.reactor = reactor;
		this.port = port;
		this.networkInterface = networkInterface.isEmpty() ? "::" : networkInterface;
		this.options = options;
	}

	@Override
	ListeningPort open(Factory factory, @Nullable Preamble preamble) throws Exception {
		return this.reactor.listenTCP(address(this.networkInterface, this.port), factory, with(this.options, preamble));
	}

	@Override
	public String toString() {
		return "tcp6:%d:interface=%s".formatted(this.port, Endpoints.quoteStringArgument(this.networkInterface));
	}

}
