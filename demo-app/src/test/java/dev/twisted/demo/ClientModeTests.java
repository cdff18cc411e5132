package dev.twisted.demo;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.twisted.demo.DemoProcess.Result;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "twisted.servers.echo.port=0", "twisted.servers.udp-echo.port=0" })
class ClientModeTests {

	@Value("${local.twisted.echo.port}")
	private int echoPort;

	@Value("${local.twisted.udp-echo.port}")
	private int udpPort;

	@Test
	void theEchoClientPrintsEachAnswerAsALineAndNothingElse() throws Exception {
		Result result = DemoProcess.client("hello\n\n你好\r\nlast", "--demo.client=echo",
				"--twisted.servers.echo.port=" + this.echoPort);
		assertThat(result).isEqualTo(new Result(0, "hello\n\n你好\nlast\n", ""));
	}

	@Test
	void theEchoClientGetsThroughManyLines() throws Exception {
		String lines = IntStream.range(0, 5000).mapToObj((i) -> "line " + i + "\n").collect(Collectors.joining());
		Result result = DemoProcess.client(lines, "--demo.client=echo", "--demo.port=" + this.echoPort);
		assertThat(result.output()).isEqualTo(lines);
		assertThat(result.status()).isZero();
	}

	@Test
	void theUdpClientPrintsAnAnswerForEachDatagram() throws Exception {
		Result result = DemoProcess.client("hello\n\n你好\n", "--demo.client=udp", "--demo.host=localhost",
				"--demo.port=" + this.udpPort);
		assertThat(result).isEqualTo(new Result(0, "服务端的hello\n服务端的\n服务端的你好\n", ""));
	}

	@Test
	void withoutInputAClientEndsWell() throws Exception {
		assertThat(DemoProcess.client("", "--demo.client=echo", "--demo.port=" + this.echoPort))
			.isEqualTo(new Result(0, "", ""));
	}

	@Test
	void aClientThatDoesNotExistIsAnErrorThatNamesThoseThatDo() throws Exception {
		Result result = DemoProcess.client("hello\n", "--demo.client=nonsense");
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).contains("'nonsense'").contains("echo, udp");
	}

	@Test
	void aRefusedConnectionIsAnError() throws Exception {
		Result result = DemoProcess.client("hello\n", "--demo.client=echo", "--demo.port=" + closedPort());
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).containsIgnoringCase("refused");
	}

	@Test
	void aConnectionThatIsClosedBeforeTheAnswerIsAnError() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			Thread closing = new Thread(() -> {
				try (Socket socket = server.accept()) {
					socket.getOutputStream().write(socket.getInputStream().readNBytes(3));
					socket.getInputStream().readNBytes(3);
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
			closing.start();
			Result result = DemoProcess.client("one\ntwo\n", "--demo.client=echo",
					"--demo.port=" + server.getLocalPort());
			closing.join();
			assertThat(result.status()).isEqualTo(1);
			assertThat(result.output()).isEqualTo("one\n");
			assertThat(result.errors()).contains("closed");
		}
	}

	@Test
	void aServerThatDoesNotAnswerWithinThreeSecondsIsAnError() throws Exception {
		try (DatagramSocket silent = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
			Result result = DemoProcess.client("hello\n", "--demo.client=udp", "--demo.port=" + silent.getLocalPort());
			assertThat(result.status()).isEqualTo(1);
			assertThat(result.output()).isEmpty();
			assertThat(result.errors()).contains("no answer within 3 s");
		}
	}

	@Test
	void aUdpPortWhereNobodyListensIsAnError() throws Exception {
		Result result = DemoProcess.client("hello\n", "--demo.client=udp", "--demo.port=" + closedPort());
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).contains("nobody listens");
	}

	@Test
	void aPortThatIsNoneIsAnError() throws Exception {
		Result result = DemoProcess.client("hello\n", "--demo.client=echo", "--demo.port=none");
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.errors()).contains("--demo.port");
	}

	private static int closedPort() throws IOException {
		try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				DatagramSocket udp = new DatagramSocket(
						new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort()))) {
			return udp.getLocalPort();
		}
	}

}
