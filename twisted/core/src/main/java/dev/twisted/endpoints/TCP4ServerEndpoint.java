package dev.twisted.endpoints;

import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;

/**
 * Listens on an IPv4 address. Follows Twisted's class of the same name.
 */
public final class TCP4ServerEndpoint extends PortEndpoint {

	private final Reactor reactor;

	private final int port;

	private final String networkInterface;

	private final ListenOptions options;

	/**
	 * Listen on every interface.
	 * @param reactor listens
	 * @param port the port, 0 for any free one
	 */
	public TCP4ServerEndpoint(Reactor reactor, int port) {
		this(reactor, port, "0.0.0.0", ListenOptions.DEFAULTS);
	}

	/**
	 * Make the endpoint.
	 * @param reactor listens
	 * @param port the port, 0 for any free one
	 * @param networkInterface the address of the interface to listen on, empty for all
	 * @param options how to open the port
	 */
	public TCP4ServerEndpoint(Reactor reactor, int port, String networkInterface, ListenOptions options) {
		this.reactor = reactor;
		this.port = port;
		this.networkInterface = networkInterface.isEmpty() ? "0.0.0.0" : networkInterface;
		this.options = options;
	}

	@Override
	ListeningPort open(Factory factory, @Nullable Preamble preamble) throws Exception {
		return this.reactor.listenTCP(address(this.networkInterface, this.port), factory, with(this.options, preamble));
	}

	@Override
	public String toString() {
		return "tcp:%d:interface=%s".formatted(this.port, Endpoints.quoteStringArgument(this.networkInterface));
	}

}
