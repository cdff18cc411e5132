package dev.twisted.benchmarks.echo;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.function.Supplier;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import dev.twisted.protocols.Int32StringReceiver;
import dev.twisted.protocols.LineReceiver;
import io.netty.buffer.ByteBuf;

/**
 * Ours, through either of its two doors.
 */
final class TwistedEchoServer implements EchoServer {

	private final Supplier<? extends Protocol> protocol;

	private TwistedEchoServer(Supplier<? extends Protocol> protocol) {
		this.protocol = protocol;
	}

	static TwistedEchoServer ofBuffers(Framing framing) {
		return switch (framing) {
			case RAW -> new TwistedEchoServer(BufferEcho::new);
			case LINES -> new TwistedEchoServer(LineBufferEcho::new);
			case INT32 -> new TwistedEchoServer(Int32BufferEcho::new);
		};
	}

	static TwistedEchoServer ofBytes(Framing framing) {
		return switch (framing) {
			case RAW -> new TwistedEchoServer(BytesEcho::new);
			case LINES -> new TwistedEchoServer(LineEcho::new);
			case INT32 -> new TwistedEchoServer(Int32Echo::new);
		};
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

	private static final class LineBufferEcho extends LineReceiver {

		@Override
		protected void lineReceived(ByteBuf line) {
			sendLine(line.retain());
		}

	}

	private static final class LineEcho extends LineReceiver {

		@Override
		protected void lineReceived(byte[] line) {
			sendLine(line);
		}

	}

	private static final class Int32BufferEcho extends Int32StringReceiver {

		@Override
		protected void stringReceived(ByteBuf string) {
			sendString(string.retain());
		}

	}

	private static final class Int32Echo extends Int32StringReceiver {

		@Override
		protected void stringReceived(byte[] string) {
			sendString(string);
		}

	}

}
