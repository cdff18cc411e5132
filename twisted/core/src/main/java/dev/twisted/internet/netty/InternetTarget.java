package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.List;

import dev.twisted.internet.Connector.HostAndPort;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;

/**
 * A port of a host that may have to be looked up.
 *
 * @param reactor whose names and channels to use
 * @param destination the host and the port
 * @param from where to connect from
 */
record InternetTarget(NettyReactor reactor, HostAndPort destination,
		@Nullable InetSocketAddress from) implements Target {

	@Override
	public Future<List<SocketAddress>> addresses(Loop loop) {
		Promise<List<SocketAddress>> addresses = loop.executor().newPromise();
		this.reactor.names().resolve(loop, this.destination.host()).addListener((Future<List<InetAddress>> found) -> {
			if (found.isSuccess()) {
				addresses.setSuccess(found.getNow()
					.stream()
					.<SocketAddress>map((host) -> new InetSocketAddress(host, this.destination.port()))
					.toList());
			}
			else {
				addresses.setFailure(found.cause());
			}
		});
		return addresses;
	}

	@Override
	public DuplexChannel channel() {
		return this.reactor.model().socket();
	}

}
