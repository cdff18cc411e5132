package dev.twisted.demo;

import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.PathNotFoundException;
import dev.twisted.boot.test.LocalTwistedPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

@DemoTest
@ExtendWith(OutputCaptureExtension.class)
class DemoApplicationTests {

	private static final int TIMEOUT = 30_000;

	@Value("${local.server.port}")
	private int httpPort;

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

	@Autowired
	private Welcome welcome;

	@Test
	void echoSendsBackWhatItReceives() throws IOException {
		try (Socket socket = connect()) {
			for (String message : new String[] { "hello", "你好", "\0\1\2" }) {
				byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
				socket.getOutputStream().write(bytes);
				assertThat(socket.getInputStream().readNBytes(bytes.length)).isEqualTo(bytes);
			}
		}
	}

	@Test
	void echoAnswersOneWhoClosesTheirSideAtOnce() throws IOException {
		try (Socket socket = connect()) {
			socket.getOutputStream().write("hi".getBytes(StandardCharsets.UTF_8));
			socket.shutdownOutput();
			assertThat(socket.getInputStream().readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("hi");
		}
	}

	@Test
	void echoSendsBackMegabytesUnchanged() throws Exception {
		byte[] sent = new byte[4 * 1024 * 1024];
		new Random(1).nextBytes(sent);
		try (Socket socket = connect()) {
			InputStream input = socket.getInputStream();
			CompletableFuture<byte[]> received = CompletableFuture.supplyAsync(() -> {
				try {
					return input.readAllBytes();
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
			socket.getOutputStream().write(sent);
			socket.shutdownOutput();
			assertThat(Arrays.equals(received.get(60, TimeUnit.SECONDS), sent)).isTrue();
		}
	}

	@Test
	void udpEchoAnswersWithItsPrefixAndTheVeryBytes() throws IOException {
		byte[] question = { 'h', (byte) 0xff, 0, (byte) 0xe4 };
		byte[] prefix = "服务端的".getBytes(StandardCharsets.UTF_8);
		byte[] answer = askUdp(question);
		assertThat(Arrays.copyOf(answer, prefix.length)).isEqualTo(prefix);
		assertThat(Arrays.copyOfRange(answer, prefix.length, answer.length)).isEqualTo(question);
	}

	@Test
	void udpEchoAnswersAnEmptyDatagramWithThePrefixAlone() throws IOException {
		assertThat(askUdp(new byte[0])).asString(StandardCharsets.UTF_8).isEqualTo("服务端的");
	}

	@Test
	void udpEchoCutsADatagramAboveTheMaximumAndGoesOn() throws IOException {
		assertThat(askUdp(new byte[10_000])).hasSize("服务端的".getBytes(StandardCharsets.UTF_8).length + 8192);
		assertThat(askUdp(new byte[1])).isNotEmpty();
	}

	@Test
	void healthShowsEveryServerByName() throws Exception {
		String health = get("/actuator/health");
		assertThat(JsonPath.<String>read(health, "$.status")).isEqualTo("UP");
		assertThat(JsonPath.<String>read(health, "$.components.twisted.status")).isEqualTo("UP");
		assertThat(JsonPath.<String>read(health, "$.components.twisted.details.servers.echo.tcp"))
			.isEqualTo("127.0.0.1:" + this.echoPort);
		assertThat(JsonPath.<String>read(health, "$.components.twisted.details.servers.udp-echo.udp"))
			.isEqualTo("127.0.0.1:" + this.udpPort);
	}

	@Test
	void readinessIncludesTheServers() throws Exception {
		String readiness = get("/actuator/health/readiness");
		assertThat(JsonPath.<String>read(readiness, "$.components.twisted.status")).isEqualTo("UP");
		assertThat(JsonPath.<String>read(readiness, "$.components.readinessState.status")).isEqualTo("UP");
	}

	@Test
	void whatWasServedIsCountedEverySecond() throws Exception {
		askUdp(new byte[3]);
		await().atMost(Duration.ofSeconds(30))
			// Before the first second is over nothing has been counted.
			.ignoreException(PathNotFoundException.class)
			.untilAsserted(
					() -> assertThat(JsonPath.<Integer>read(get("/actuator/info"), "$.traffic.udp-echo.messages"))
						.isPositive());
	}

	@Test
	void theWelcomeSaysWhatToType(CapturedOutput output) {
		this.welcome.greet();
		assertThat(output).contains("printf 'hello' | nc -q1 127.0.0.1 " + this.echoPort)
			.contains("printf 'hello' | nc -u -w1 127.0.0.1 " + this.udpPort)
			.contains("printf 'hello\\r\\n' | nc -q1 127.0.0.1 " + this.linePort)
			.contains("printf '\\0\\0\\0\\5hello' | nc -q1 127.0.0.1 " + this.int32Port)
			.contains("printf '\\1\\0\\0\\0\\7\\0\\0\\0\\114\\4\\0\\0\"hello\"' | nc -q1 127.0.0.1 " + this.privatePort)
			.contains("printf '/user oldboy1\\r\\n' | nc -q1 127.0.0.1 " + this.linePort)
			.contains("curl http://127.0.0.1:" + this.httpPort + "/users")
			.contains("curl 'http://127.0.0.1:" + this.httpPort + "/ask?text=hello', or http://127.0.0.1:"
					+ this.httpPort + "/ in a browser")
			.contains("http://127.0.0.1:" + this.httpPort + "/robot")
			.contains("curl http://127.0.0.1:" + this.httpPort + "/actuator/health");
	}

	private Socket connect() throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout(TIMEOUT);
		socket.connect(new InetSocketAddress("127.0.0.1", this.echoPort), TIMEOUT);
		return socket;
	}

	private byte[] askUdp(byte[] question) throws IOException {
		try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
			socket.setSoTimeout(TIMEOUT);
			socket
				.send(new DatagramPacket(question, question.length, new InetSocketAddress("127.0.0.1", this.udpPort)));
			DatagramPacket answer = new DatagramPacket(new byte[65535], 65535);
			socket.receive(answer);
			return Arrays.copyOf(answer.getData(), answer.getLength());
		}
	}

	private String get(String path) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + this.httpPort + path))
			.timeout(Duration.ofMillis(TIMEOUT))
			.build();
		return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
	}

}
