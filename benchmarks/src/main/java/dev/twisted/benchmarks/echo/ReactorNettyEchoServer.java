package dev.twisted.benchmarks.echo;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOption;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.codec.LengthFieldPrepender;
import io.netty.handler.codec.LineBasedFrameDecoder;
import reactor.core.publisher.Flux;
import reactor.netty.Connection;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/**
 * The echo server of Reactor Netty's manual, on its native transport; frames are made by
 * Netty's own handlers, as there are no others.
 */
final class ReactorNettyEchoServer implements EchoServer {

	private static final ByteBuf LINE_END = Unpooled
		.unreleasableBuffer(Unpooled.directBuffer(2).writeBytes(new byte[] { '\r', '\n' }));

	private final Framing framing;

	ReactorNettyEchoServer(Framing framing) {
		this.framing = framing;
	}

	@Override
	public int start() {
		return TcpServer.create()
			.runOn(LoopResources.create("reactor-netty-echo", 1, true))
			.bindAddress(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
			.option(ChannelOption.SO_BACKLOG, 1024)
			.doOnConnection(this::addHandlers)
			.handle((in, out) -> out.send(echo(in.receive().retain())))
			.bindNow()
			.port();
	}

	private void addHandlers(Connection connection) {
		switch (this.framing) {
			case RAW -> {
				// Whatever comes.
			}
			case LINES -> connection.addHandlerLast(new LineBasedFrameDecoder(16384));
			case INT32 -> connection.addHandlerLast(new LengthFieldBasedFrameDecoder(99999, 0, 4, 0, 4))
				.addHandlerLast(new LengthFieldPrepender(4));
		}
	}

	private Flux<ByteBuf> echo(Flux<ByteBuf> received) {
		return (this.framing == Framing.LINES)
				? received.map((line) -> Unpooled.wrappedBuffer(line, LINE_END.duplicate())) : received;
	}

}
