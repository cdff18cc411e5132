package dev.twisted.endpoints;

import java.nio.file.Path;

import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorUNIX;
import org.jspecify.annotations.Nullable;

/**
 * Listens on a Unix socket. Follows Twisted's class of the same name.
 */
public final class UNIXServerEndpoint extends PortEndpoint {

	private final Reactor reactor;

	private final Path path;

	private final ListenOptions options;

	private final int mode;

	private final boolean wantPID;

	/**
	 * Listen on a socket that everybody may connect to, with a lock beside it.
	 * @param reactor listens
	 * @param path where the socket is to be
	 */
	public UNIXServerEndpoint(Reactor reactor, Path path) {
		this(reactor, path, ListenOptions.DEFAULTS, ReactorUNIX.DEFAULT_MODE, true);
	}

	/**
	 * Make the endpoint.
	 * @param reactor listens
	 * @param path where the socket is to be
	 * @param options how to open the port
	 * @param mode who may connect, as permission bits such as {@code 0660}
	 * @param wantPID whether to hold a lock beside the socket, as
	 * {@link ReactorUNIX#listenUNIX} says
	 */
	public UNIXServerEndpoint(Reactor reactor, Path path, ListenOptions options, int mode, boolean wantPID) {
		this.reactor = reactor;
		this.path = path;
		this.options = options;
		this.mode = mode;
		this.wantPID = wantPID;
	}

	@Override
	ListeningPort open(Factory factory, @Nullable Preamble preamble) {
		return this.reactor.listenUNIX(this.path, factory, with(this.options, preamble), this.mode, this.wantPID);
	}

	@Override
	public String toString() {
		return "unix:" + Endpoints.quoteStringArgument(this.path.toString());
	}

}
