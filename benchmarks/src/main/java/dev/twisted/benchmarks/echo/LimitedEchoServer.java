package dev.twisted.benchmarks.echo;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

import dev.twisted.internet.ConnectionLimits;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import io.netty.buffer.ByteBuf;

/**
 * Ours as an application has it: with a protocol that has something to remember, an idle
 * timeout, and log lines that tell their connection.
 */
final class LimitedEchoServer implements EchoServer {

	@Override
	public int start() {
		Reactor reactor = new ReactorBuilder().eventLoopModel(EventLoopModel.EPOLL).logContext(true).build();
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
		ListeningPort port = reactor.listenTCP(address, Factory.forProtocol(Session::new), 1024);
		port.setLimits(ConnectionLimits.NONE.withIdleTimeout(Duration.ofHours(1)));
		reactor.start();
		return port.getHost().port();
	}

	private static final class Session extends Protocol {

		private long bytes;

		@Override
		protected void dataReceived(ByteBuf data) {
			this.bytes += data.readableBytes();
			transport().write(data.retain());
		}

		@Override
		public String toString() {
			return "session of %d bytes".formatted(this.bytes);
		}

	}

}
