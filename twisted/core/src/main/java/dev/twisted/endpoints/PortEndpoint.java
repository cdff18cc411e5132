package dev.twisted.endpoints;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Preamble;
import org.jspecify.annotations.Nullable;

/**
 * A server endpoint that opens a port of the reactor's, on which something may have to
 * come first on each connection.
 */
abstract sealed class PortEndpoint implements StreamServerEndpoint
		permits TCP4ServerEndpoint, TCP6ServerEndpoint, SSL4ServerEndpoint, UNIXServerEndpoint {

	@Override
	public final Deferred<ListeningPort> listen(Factory factory) {
		return listen(factory, null);
	}

	Deferred<ListeningPort> listen(Factory factory, @Nullable Preamble preamble) {
		return Deferred.maybeDeferred(() -> open(factory, preamble));
	}

	abstract ListeningPort open(Factory factory, @Nullable Preamble preamble) throws Exception;

	/** The preamble that is asked for, or else the one that the options have. */
	static ListenOptions with(ListenOptions options, @Nullable Preamble preamble) {
		return (preamble != null) ? options.withPreamble(preamble) : options;
	}

	static InetSocketAddress address(String networkInterface, int port) throws UnknownHostException {
		return new InetSocketAddress(InetAddress.getByName(networkInterface), port);
	}

}
