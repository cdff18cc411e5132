package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

import dev.twisted.internet.CannotListenException;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;

/**
 * Brings channels and loops together, and knows when channels have closed. Opening a
 * channel does not return before it is open: on the loop's own thread Netty does that at
 * once, elsewhere there is nobody to keep waiting.
 */
final class Registration {

	private Registration() {
	}

	/**
	 * See to it that a channel can be adopted, before anything is done to it.
	 */
	static void checkBound(java.nio.channels.Channel channel, Callable<@Nullable SocketAddress> localAddress) {
		try {
			if (!channel.isOpen()) {
				throw new ClosedChannelException();
			}
			if (localAddress.call() == null) {
				throw new IOException("the channel to be adopted is not bound");
			}
		}
		catch (Exception ex) {
			throw new CannotListenException(new InetSocketAddress(0), ex);
		}
	}

	static void register(EventLoop loop, Channel channel, SocketAddress address, Supplier<ChannelFuture> open) {
		ChannelFuture registered = loop.register(channel);
		await(loop, registered);
		if (!registered.isSuccess()) {
			channel.unsafe().closeForcibly();
			throw cannotListen(address, registered.cause());
		}
		ChannelFuture opened = open.get();
		await(loop, opened);
		if (!opened.isSuccess()) {
			channel.close();
			throw cannotListen(address, opened.cause());
		}
	}

	static CannotListenException cannotListen(SocketAddress address, Throwable cause) {
		return (address instanceof InetSocketAddress internet) ? new CannotListenException(internet, cause)
				: new CannotListenException(SocketAddresses.address(address).toString(), cause);
	}

	/**
	 * Have a channel's events handled on a loop. A channel of Java's own may be read on
	 * another one; Netty then carries the events over. It discourages that, but offers
	 * nothing in its place.
	 */
	@SuppressWarnings("deprecation")
	static void handle(Channel channel, EventLoop channelLoop, Loop loop, ChannelHandler handler) {
		if (channelLoop == loop.executor()) {
			channel.pipeline().addLast("twisted", handler);
		}
		else {
			channel.pipeline().addLast(loop.executor(), "twisted", handler);
		}
	}

	/**
	 * Run something when a channel that was closed just now no longer has its port: a
	 * selector of Java's gives it back to the operating system when it selects again.
	 */
	static void afterClose(EventLoop channelLoop, EventLoop loop, Runnable task) {
		channelLoop.schedule(() -> loop.execute(task), 0, TimeUnit.NANOSECONDS);
	}

	private static void await(EventLoop loop, ChannelFuture future) {
		if (!loop.inEventLoop()) {
			future.awaitUninterruptibly();
		}
	}

}
