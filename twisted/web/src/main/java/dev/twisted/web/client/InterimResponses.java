package dev.twisted.web.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import reactor.netty.NettyPipeline;

/**
 * Leaves out what a server says before it answers, such as 103 (RFC 9110, section 15.2):
 * Reactor Netty would take it for the answer, and the answer for that of the next
 * request.
 */
final class InterimResponses extends ChannelInboundHandlerAdapter {

	private static final String HANDLER = "twisted.interimResponses";

	/** Whether the end of one is still to come. */
	private boolean inside;

	private InterimResponses() {
	}

	/** Leave them out on a connection from now on; on its loop. */
	static void skip(Channel channel) {
		if (channel.pipeline().get(HANDLER) == null) {
			channel.pipeline().addBefore(NettyPipeline.ReactiveBridge, HANDLER, new InterimResponses());
		}
	}

	@Override
	public void channelRead(ChannelHandlerContext context, Object message) {
		if (message instanceof HttpResponse response) {
			this.inside = isInterim(response);
		}
		if (!this.inside) {
			context.fireChannelRead(message);
			return;
		}
		this.inside = !(message instanceof FullHttpResponse) && !(message instanceof LastHttpContent);
		ReferenceCountUtil.release(message);
		// Nobody else knows that what was asked for has not come yet.
		context.read();
	}

	private static boolean isInterim(HttpResponse response) {
		return response.decoderResult().isSuccess() && response.status().codeClass() == HttpStatusClass.INFORMATIONAL
				&& !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
	}

}
