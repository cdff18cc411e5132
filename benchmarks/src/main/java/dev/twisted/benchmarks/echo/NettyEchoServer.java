package dev.twisted.benchmarks.echo;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.LineBasedFrameDecoder;

/**
 * What somebody who knows Netty would write by hand.
 */
final class NettyEchoServer implements EchoServer {

	private static final ByteBuf LINE_END = Unpooled
		.unreleasableBuffer(Unpooled.directBuffer(2).writeBytes(new byte[] { '\r', '\n' }));

	private final Framing framing;

	NettyEchoServer(Framing framing) {
		this.framing = framing;
	}

	@Override
	public int start() throws InterruptedException {
		ServerBootstrap bootstrap = new ServerBootstrap()
			.group(new MultiThreadIoEventLoopGroup(1, EpollIoHandler.newFactory()))
			.channel(EpollServerSocketChannel.class)
			.option(ChannelOption.SO_BACKLOG, 1024)
			.childOption(ChannelOption.TCP_NODELAY, true)
			.childHandler(new ChannelInitializer<SocketChannel>() {

				@Override
				protected void initChannel(SocketChannel channel) {
					switch (NettyEchoServer.this.framing) {
						case RAW -> channel.pipeline().addLast(new EchoHandler());
						case LINES ->
							channel.pipeline().addLast(new LineBasedFrameDecoder(16384), new LineEchoHandler());
						case INT32 -> channel.pipeline()
							.addLast(new LengthFieldBasedFrameDecoder(99999, 0, 4, 0, 4), new LengthFieldPrepender(4),
									new EchoHandler());
					}
				}

			});
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
		return ((InetSocketAddress) bootstrap.bind(address).sync().channel().localAddress()).getPort();
	}

	/**
	 * Writes what it reads, and flushes once it has read all there is.
	 */
	private static class EchoHandler extends ChannelInboundHandlerAdapter {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			context.write(message);
		}

		@Override
		public void channelReadComplete(ChannelHandlerContext context) {
			context.flush();
		}

		@Override
		public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
			context.close();
		}

	}

	/**
	 * Writes the end of the line as well.
	 */
	private static final class LineEchoHandler extends EchoHandler {

		@Override
		public void channelRead(ChannelHandlerContext context, Object message) {
			context.write(message);
			context.write(LINE_END.duplicate());
		}

	}

}
