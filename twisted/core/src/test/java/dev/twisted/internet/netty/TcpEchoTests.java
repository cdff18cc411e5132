package dev.twisted.internet.netty;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Random;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

@EveryTransport
class TcpEchoTests {

	@RegisterExtension
	private final RunningReactor reactor;

	private ListeningPort port;

	TcpEchoTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@BeforeEach
	void listen() {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Factory.forProtocol(Echo::new), 50));
	}

	@AfterEach
	void stopListening() {
		this.reactor.result(this.reactor.call(this.port::stopListening));
	}

	@Test
	void whatIsSentComesBack() throws Exception {
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port())) {
			socket.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
			assertThat(new String(socket.getInputStream().readNBytes(5), StandardCharsets.UTF_8)).isEqualTo("hello");
		}
	}

	@Test
	void aPeerThatClosesItsSideAtOnceStillGetsItsAnswer() throws Exception {
		byte[] data = new byte[3_000_000];
		new Random(1).nextBytes(data);
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port())) {
			Thread writer = new Thread(() -> {
				try {
					socket.getOutputStream().write(data);
					socket.shutdownOutput();
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			});
			writer.start();
			InputStream in = socket.getInputStream();
			assertThat(in.readAllBytes()).isEqualTo(data);
			writer.join();
		}
	}

	static final class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

}
