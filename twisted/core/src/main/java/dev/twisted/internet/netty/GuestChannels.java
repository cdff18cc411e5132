package dev.twisted.internet.netty;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ServerChannel;

/**
 * The channels that others have on the reactor's loops, and what is accepted through
 * them, for as long as the reactor runs. If the loops last longer than that, the channels
 * have to be closed. May be used from any thread.
 */
final class GuestChannels {

	private final Set<Channel> open = ConcurrentHashMap.newKeySet();

	/** Add a channel that has no loop yet. */
	void add(Channel channel) {
		channel.pipeline().addFirst((channel instanceof ServerChannel) ? new Door() : new Guest());
	}

	/** Close them as the end of their loops does. */
	void close() {
		for (Channel channel : this.open) {
			channel.eventLoop().execute(() -> channel.unsafe().close(channel.voidPromise()));
		}
	}

	/**
	 * Knows of a channel from when it has a loop until it is closed.
	 */
	private class Guest extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRegistered(ChannelHandlerContext context) {
			GuestChannels.this.open.add(context.channel());
			context.fireChannelRegistered();
		}

		@Override
		public void channelUnregistered(ChannelHandlerContext context) {
			GuestChannels.this.open.remove(context.channel());
			context.fireChannelUnregistered();
		}

	}

	/**
	 * Knows as well of what is accepted.
	 */
	private final class Door extends Guest {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			if (message instanceof Channel accepted) {
				add(accepted);
			}
			context.fireChannelRead(message);
		}

	}

}
