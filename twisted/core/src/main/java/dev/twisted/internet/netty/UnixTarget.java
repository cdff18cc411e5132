package dev.twisted.internet.netty;

import java.net.SocketAddress;
import java.nio.file.Path;
import java.util.List;

import dev.twisted.internet.Connector.HostAndPort;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * A socket in the file system.
 *
 * @param reactor whose channels to use
 * @param path where it is
 */
record UnixTarget(NettyReactor reactor, Path path) implements Target {

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
