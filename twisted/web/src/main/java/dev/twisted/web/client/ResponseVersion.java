package dev.twisted.web.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AttributeKey;
import reactor.netty.NettyPipeline;

/**
 * The version of HTTP that a server has answered with, which Reactor Netty does not tell:
 * it gives that of the request.
 */
@ChannelHandler.Sharable
final class ResponseVersion extends ChannelInboundHandlerAdapter {

	private static final ResponseVersion INSTANCE = new ResponseVersion();

	private static final AttributeKey<HttpVersion> SEEN = AttributeKey.valueOf(ResponseVersion.class, "seen");

	private static final String HANDLER = "twisted.responseVersion";

	private ResponseVersion() {
	}

	/** Look at the responses of a connection from now on; on its loop. */
	static void watch(Channel channel) {
		if (channel.pipeline().get(HANDLER) == null) {
			channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, HANDLER, INSTANCE);
		}
	}

	/**
	 * What the last response had.
	 * @param channel its connection
	 * @param protocol what is spoken there
	 */
	static String of(Channel channel, HttpVersion protocol) {
		HttpVersion seen = channel.attr(SEEN).get();
		return (protocol.majorVersion() > 1 || seen == null) ? protocol.text() : seen.text();
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		if (message instanceof HttpResponse response) {
			context.channel().attr(SEEN).set(response.protocolVersion());
		}
		context.fireChannelRead(message);
	}

}
