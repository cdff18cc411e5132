package dev.twisted.benchmarks.echo;

import java.net.InetAddress;
import java.net.InetSocketAddress;

import io.netty.channel.ChannelOption;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpServer;

/**
 * The echo server of Reactor Netty's manual, on its native transport.
 */
final class ReactorNettyEchoServer implements EchoServer {

	@Override
	public int start() {
		return TcpServer.create()
			.runOn(LoopResources.create("reactor-netty-echo", 1, true))
			.bindAddress(() -> new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
			.option(ChannelOption.SO_BACKLOG, 1024)
			.handle((in, out) -> out.send(in.receive().retain()))
			.bindNow()
			.port();
	}

}
