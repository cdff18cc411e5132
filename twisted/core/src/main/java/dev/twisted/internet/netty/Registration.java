package dev.twisted.internet.netty;

import java.net.InetSocketAddress;
import java.util.function.Supplier;

import dev.twisted.internet.CannotListenException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.EventLoop;

/**
 * Puts a channel on a loop and opens it, and does not return before it is open: on the
 * loop's own thread Netty does both at once, elsewhere there is nobody to keep waiting.
 */
final class Registration {

	private Registration() {
	}

	static void register(EventLoop loop, Channel channel, InetSocketAddress address, Supplier<ChannelFuture> open) {
		ChannelFuture registered = loop.register(channel);
		await(loop, registered);
		if (!registered.isSuccess()) {
			channel.unsafe().closeForcibly();
			throw new CannotListenException(address, registered.cause());
		}
		ChannelFuture opened = open.get();
		await(loop, opened);
		if (!opened.isSuccess()) {
			channel.close();
			throw new CannotListenException(address, opened.cause());
		}
	}

	private static void await(EventLoop loop, ChannelFuture future) {
		if (!loop.inEventLoop()) {
			future.awaitUninterruptibly();
		}
	}

}
