package dev.twisted.boot.autoconfigure.web;

import java.util.concurrent.Executor;

import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorLoops;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import org.jspecify.annotations.Nullable;

/**
 * Has the reactor watch what a connection of the web server does with its input, as it
 * watches protocols: handlers run while the input that asks for them is read.
 */
final class WatchedChannel extends ChannelInboundHandlerAdapter {

	private final Reactor reactor;

	private @Nullable Executor loop;

	WatchedChannel(Reactor reactor) {
		this.reactor = reactor;
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		Executor watched = this.loop;
		if (watched == null) {
			// On the connection's own loop, which is the one to watch.
			watched = ReactorLoops.of(this.reactor).here("the web server");
			this.loop = watched;
		}
		watched.execute(() -> context.fireChannelRead(message));
	}

}
