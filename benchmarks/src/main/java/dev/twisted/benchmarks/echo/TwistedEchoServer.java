package dev.twisted.benchmarks.echo;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import io.netty.buffer.ByteBuf;

/**
 * Ours, through either of its two doors.
 */
final class TwistedEchoServer implements EchoServer {

	private final Supplier<? extends Protocol> protocol;

	private TwistedEchoServer(Supplier<? extends Protocol> protocol) {
		this.protocol = protocol;
	}

	static TwistedEchoServer ofBuffers() {
		return new TwistedEchoServer(BufferEcho::new);
	}

	static TwistedEchoServer ofBytes() {
		return new TwistedEchoServer(BytesEcho::new);
	}

	@Override
	public int start() {
		Reactor reactor = new ReactorBuilder().eventLoopModel(EventLoopModel.EPOLL).build();
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
		int port = reactor.listenTCP(address, Factory.forProtocol(this.protocol), 1024).getHost().port();
		reactor.start();
		return port;
	}

	/**
	 * For those who count copies.
	 */
	private static final class BufferEcho extends Protocol {

		@Override
		protected void dataReceived(ByteBuf data) {
			transport().write(data.retain());
		}

	}

	/**
	 * For everyone.
	 */
	private static final class BytesEcho extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

}
