package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;

import dev.twisted.internet.Connector.HostAndPort;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
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

	static Target internet(NettyReactor reactor, String host, int port, @Nullable InetSocketAddress from) {
		return new Internet(reactor, new HostAndPort(host, port), from);
	}

	static Target unix(NettyReactor reactor, Path path) {
		return new Unix(reactor, path);
	}

	/**
	 * A port of a host that may have to be looked up.
	 *
	 * @param reactor whose names and channels to use
	 * @param destination the host and the port
	 * @param from where to connect from
	 */
	record Internet(NettyReactor reactor, HostAndPort destination, @Nullable InetSocketAddress from) implements Target {

		@Override
		public Future<List<SocketAddress>> addresses(Loop loop) {
			Promise<List<SocketAddress>> addresses = loop.executor().newPromise();
			this.reactor.names()
				.resolve(loop, this.destination.host())
				.addListener((Future<List<InetAddress>> found) -> {
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

	/**
	 * A socket in the file system.
	 *
	 * @param reactor whose channels to use
	 * @param path where it is
	 */
	record Unix(NettyReactor reactor, Path path) implements Target {

		@Override
		public HostAndPort destination() {
			return new HostAndPort(this.path.toString(), 0);
		}

		@Override
		public Future<List<SocketAddress>> addresses(Loop loop) {
			return loop.executor().newSucceededFuture(List.of(this.reactor.model().unixAddress(this.path)));
		}

		@Override
		public DuplexChannel channel() {
			return this.reactor.model().unixSocket();
		}

		@Override
		public @Nullable SocketAddress from() {
			return null;
		}

	}

}
