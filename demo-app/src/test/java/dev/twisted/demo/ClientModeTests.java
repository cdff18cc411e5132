package dev.twisted.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.twisted.boot.test.LocalTwistedPort;
import dev.twisted.demo.DemoProcess.Result;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

@DemoTest
class ClientModeTests {

	@LocalTwistedPort("echo")
	private int echoPort;

	@LocalTwistedPort("udp-echo")
	private int udpPort;

	@LocalTwistedPort("qa-line")
	private int linePort;

	@LocalTwistedPort("qa-int32")
	private int int32Port;

	@LocalTwistedPort("private")
	private int privatePort;

	@Test
	void theEchoClientPrintsEachAnswerAsALineAndNothingElse() throws Exception {
		Result result = DemoProcess.client("hello\n\n你好\r\nlast", "--demo.client=echo",
				"--twisted.servers.echo.port=" + this.echoPort);
		assertThat(result.output()).isEqualTo("hello\n\n你好\nlast\n");
		assertThat(result.status()).isZero();
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
		assertThat(result.output()).isEqualTo("服务端的hello\n服务端的\n服务端的你好\n");
		assertThat(result.status()).isZero();
	}

	@Test
	void theLineClientPrintsAnAnswerForEachLine() throws Exception {
		String longest = "q".repeat(16384);
		Result result = DemoProcess.client("hello\n\n世界\r\n" + longest, "--demo.client=line",
				"--twisted.servers.qa-line.port=" + this.linePort);
		assertNothingIsWrong(result);
		assertThat(result.output()).isEqualTo("你好，hello\n你好，\n你好，世界\n你好，" + longest + "\n");
		assertThat(result.status()).isZero();
	}

	@Test
	void theInt32ClientPrintsAnAnswerForEachLine() throws Exception {
		String longest = "q".repeat(99999);
		Result result = DemoProcess.client("hello\n\n世界\r\n" + longest, "--demo.client=int32",
				"--twisted.servers.qa-int32.port=" + this.int32Port);
		assertNothingIsWrong(result);
		assertThat(result.output()).isEqualTo("你好，hello\n你好，\n你好，世界\n你好，" + longest + "\n");
		assertThat(result.status()).isZero();
	}

	@Test
	void thePrivateClientPrintsTheJsonOfEachAnswer() throws Exception {
		Result result = DemoProcess.client("hello\n\n世界 😀\n", "--demo.client=private",
				"--twisted.servers.private.port=" + this.privatePort);
		assertNothingIsWrong(result);
		assertThat(result.output()).isEqualTo("\"我收到你的信息了!\"\n".repeat(3));
		assertThat(result.status()).isZero();
	}

	@Test
	void thePrivateClientSendsAFrameOfAsciiJson() throws Exception {
		byte[] body = "\"\\u4f60a\"".getBytes(StandardCharsets.US_ASCII);
		byte[] answer = { 1, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, '{', '"', 'a', '"', ':', ' ', '1', '}' };
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
				try (Socket socket = server.accept()) {
					byte[] frame = socket.getInputStream().readNBytes(12 + body.length);
					socket.getOutputStream().write(answer);
					socket.getInputStream().readAllBytes();
					return frame;
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			Result result = DemoProcess.client("你a\n", "--demo.client=private", "--demo.port=" + server.getLocalPort());
			assertThat(received.get(30, TimeUnit.SECONDS)).isEqualTo(ByteBuffer.allocate(12 + body.length)
				.order(ByteOrder.LITTLE_ENDIAN)
				.putInt(1)
				.putInt(body.length)
				.putInt(1100)
				.put(body)
				.array());
			assertThat(result.output()).isEqualTo("{\"a\":1}\n");
			assertThat(result.status()).isZero();
		}
	}

	@Test
	void aQuestionThatIsTooLongForTheServerIsAnErrorAfterTheAnswersBeforeIt() throws Exception {
		Result result = DemoProcess.client("hello\n" + "q".repeat(16385) + "\nlast\n", "--demo.client=line",
				"--demo.port=" + this.linePort);
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).isEqualTo("你好，hello\n");
		assertThat(result.errors()).contains("onnection");
	}

	@Test
	void aLineThatIsNotUtf8CannotBeSentAsJson() throws Exception {
		Result result = DemoProcess.client(new byte[] { (byte) 0xff, '\n' }, "--demo.client=private",
				"--demo.port=" + this.privatePort);
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).contains("not UTF-8");
	}

	@Test
	void withoutInputAClientEndsWell() throws Exception {
		Result result = DemoProcess.client("", "--demo.client=echo", "--demo.port=" + this.echoPort);
		assertThat(result.output()).isEmpty();
		assertThat(result.status()).isZero();
	}

	@Test
	void aClientThatDoesNotExistIsAnErrorThatNamesThoseThatDo() throws Exception {
		Result result = DemoProcess.client("hello\n", "--demo.client=nonsense");
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).contains("'nonsense'").contains("echo, udp, line, int32, private");
	}

	@ParameterizedTest
	@ValueSource(strings = { "echo", "line", "int32", "private" })
	void aRefusedConnectionIsAnError(String client) throws Exception {
		Result result = DemoProcess.client("hello\n", "--demo.client=" + client, "--demo.port=" + closedPort());
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

	@ParameterizedTest
	@ValueSource(strings = { "line", "int32", "private" })
	void aConnectionThatIsClosedWithAQuestionUnansweredIsAnError(String client) throws Exception {
		Result result = talkTo(client, (socket) -> {
			socket.getInputStream().read();
			socket.shutdownOutput();
			socket.getInputStream().readAllBytes();
		});
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).contains("The server closed the connection");
	}

	@ParameterizedTest
	@ValueSource(strings = { "line", "int32", "private" })
	void aConnectionThatIsResetIsAnError(String client) throws Exception {
		Result result = talkTo(client, (socket) -> {
			socket.getInputStream().read();
			socket.setSoLinger(true, 0);
		});
		assertThat(result.status()).isEqualTo(1);
		assertThat(result.output()).isEmpty();
		assertThat(result.errors()).containsIgnoringCase("reset");
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

	/** Have a client ask a server that does something and closes. */
	private static Result talkTo(String client, Behaviour behaviour) throws Exception {
		try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			CompletableFuture<Void> serving = CompletableFuture.runAsync(() -> {
				try (Socket socket = server.accept()) {
					behaviour.of(socket);
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			Result result = DemoProcess.client("one\ntwo\n", "--demo.client=" + client,
					"--demo.port=" + server.getLocalPort());
			serving.get(30, TimeUnit.SECONDS);
			return result;
		}
	}

	private static int closedPort() throws IOException {
		try (ServerSocket tcp = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
				DatagramSocket udp = new DatagramSocket(
						new InetSocketAddress(InetAddress.getLoopbackAddress(), tcp.getLocalPort()))) {
			return udp.getLocalPort();
		}
	}

	/** Java 25 itself warns there of Netty's native libraries. */
	private static void assertNothingIsWrong(Result result) {
		assertThat(result.errors().lines().filter((line) -> !line.startsWith("WARNING: "))).allMatch(String::isBlank);
	}

	private interface Behaviour {

		void of(Socket socket) throws IOException;

	}

}
