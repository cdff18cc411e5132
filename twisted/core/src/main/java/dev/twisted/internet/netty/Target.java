package dev.twisted.internet.netty;

import java.net.SocketAddress;
import java.util.List;

import dev.twisted.internet.Connector.HostAndPort;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Where a connector connects to, and with what.
 */
interface Target {

	/** What it is called. */
	HostAndPort destination();

	/** The addresses to try, one after the other. */
	Future<List<SocketAddress>> addresses(Loop loop);

	/** A channel to such an address. */
	DuplexChannel channel();

	/** Where to connect from, {@code null} for anywhere. */
	@Nullable SocketAddress from();

}
