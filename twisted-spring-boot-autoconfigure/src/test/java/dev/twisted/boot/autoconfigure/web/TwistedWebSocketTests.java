package dev.twisted.boot.autoconfigure.web;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.protocols.LineReceiver;
import dev.twisted.protocols.policies.LimitTotalConnectionsFactory;
import dev.twisted.protocols.policies.TimeoutFactory;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.MDC;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Protocols behind WebSockets.
 */
@ExtendWith(OutputCaptureExtension.class)
class TwistedWebSocketTests {

	private static final BlockingQueue<String> lost = new LinkedBlockingQueue<>();

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start() {
		context = run();
	}

	@AfterAll
	static void stop() {
		context.close();
	}

	@BeforeEach
	void forget() {
		lost.clear();
		Flood.events.clear();
	}

	@Test
	void aProtocolIsServedUnchangedAndTheBoundsOfMessagesMeanNothing() throws Exception {
		Client client = new Client();
		WebSocket socket = client.connect(context, "/ws/lines", null);
		socket.sendText("one\r\nt", true).join();
		socket.sendBinary(ByteBuffer.wrap("wo\r\n".getBytes(StandardCharsets.US_ASCII)), true).join();
		assertThat(client.received(10)).isEqualTo("ONE\r\nTWO\r\n");
		socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
		assertThat(next(lost)).isEqualTo("ConnectionDone");
	}

	@Test
	void whatTheProtocolWroteIsSentBeforeItsConnectionIsLost() throws Exception {
		Client client = new Client();
		WebSocket socket = client.connect(context, "/ws/lines", null);
		socket.sendText("bye\r\n", true).join();
		assertThat(client.received(5)).isEqualTo("BYE\r\n");
		assertThat(next(client.closed)).isEqualTo("1000");
		assertThat(next(lost)).isEqualTo("ConnectionDone");
	}

	@Test
	void anExceptionIsCountedAndCostsOnlyItsOwnConnection() throws Exception {
		long before = context.getBean(Reactor.class).statistics().callbackErrors();
		Client client = new Client();
		WebSocket socket = client.connect(context, "/ws/lines", null);
		Client other = new Client();
		WebSocket second = other.connect(context, "/ws/lines", null);
		socket.sendText("throw\r\n", true).join();
		assertThat(next(client.closed)).isEqualTo("1011");
		assertThat(next(lost)).isEqualTo("IllegalStateException");
		assertThat(context.getBean(Reactor.class).statistics().callbackErrors()).isEqualTo(before + 1);
		second.sendText("still\r\n", true).join();
		assertThat(other.received(7)).isEqualTo("STILL\r\n");
		second.abort();
		assertThat(next(lost)).isIn("ConnectionLost", "ConnectionDone");
	}

	@Test
	void aLineThatIsTooLongClosesTheWebSocketAsTooBig() throws Exception {
		Client client = new Client();
		client.connect(context, "/ws/lines", null).sendText("x".repeat(20_000), true).join();
		assertThat(next(client.closed)).isEqualTo("1009");
		assertThat(next(lost)).isEqualTo("LengthLimitExceededException");
	}

	@Test
	void aMessageThatIsLargerThanAllowedClosesTheWebSocket() throws Exception {
		try (ConfigurableApplicationContext own = run("--twisted.web.websockets.lines.max-message-size=1KB")) {
			Client client = new Client();
			WebSocket socket = client.connect(own, "/ws/lines", null);
			socket.sendText("x".repeat(1022) + "\r\n", true).join();
			assertThat(client.received(1024)).startsWith("XX");
			socket.sendText("x".repeat(1500) + "\r\n", true).join();
			assertThat(next(client.closed)).isEqualTo("1009");
			assertThat(next(lost)).isIn("ConnectionLost", "ConnectionDone");
		}
	}

	@Test
	void fragmentsThatAreTogetherLargerThanAllowedCloseTheWebSocketAsTooBig() throws Exception {
		try (ConfigurableApplicationContext own = run("--twisted.web.websockets.lines.max-message-size=1KB")) {
			Client client = new Client();
			WebSocket socket = client.connect(own, "/ws/lines", null);
			socket.sendText("x".repeat(700), false).join();
			socket.sendText("x".repeat(700), true).join();
			assertThat(next(client.closed)).isEqualTo("1009");
			assertThat(next(lost)).isIn("ConnectionLost", "ConnectionDone");
		}
	}

	@Test
	void bytesThatAreNoTextAreTheProtocolsToJudgeAsInTcp() throws Exception {
		try (RawWebSocket socket = raw("/ws/lines")) {
			socket.send(RawWebSocket.TEXT, (byte) 0xff, (byte) '\r', (byte) '\n');
			RawWebSocket.Frame end = socket.next();
			assertThat(end.first()).isEqualTo(RawWebSocket.CLOSE);
			assertThat(end.status()).isEqualTo(1011);
			assertThat(next(lost)).isNotEqualTo("ConnectionDone");
		}
		assertThat(lost).isEmpty();
	}

	@Test
	void aConnectionThatIsCutIsLostOnce() throws Exception {
		try (RawWebSocket socket = raw("/ws/lines")) {
			socket.send(RawWebSocket.BINARY, "hi\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(socket.next().payload()).asString().isEqualTo("HI\r\n");
		}
		assertThat(next(lost)).isIn("ConnectionLost", "ConnectionDone");
		assertThat(lost).isEmpty();
	}

	@Test
	void aLongAnswerComesInMessagesThatAnyClientTakes() throws Exception {
		try (RawWebSocket socket = raw("/ws/lines")) {
			socket.send(RawWebSocket.BINARY, "long\r\n".getBytes(StandardCharsets.US_ASCII));
			int length = 0;
			while (length < 200_002) {
				RawWebSocket.Frame frame = socket.next();
				assertThat(frame.first()).isEqualTo(RawWebSocket.BINARY);
				assertThat(frame.payload()).hasSizeLessThanOrEqualTo(65_536);
				length += frame.payload().length;
			}
			assertThat(length).isEqualTo(200_002);
		}
		next(lost);
	}

	@Test
	void asMuchAsACallbackLikesMayBeWrittenInPieces() throws Exception {
		try (RawWebSocket socket = raw("/ws/lines")) {
			socket.send(RawWebSocket.BINARY, "many\r\n".getBytes(StandardCharsets.US_ASCII));
			StringBuilder received = new StringBuilder();
			while (received.length() < 20_000 * 3) {
				received.append(new String(socket.next().payload(), StandardCharsets.US_ASCII));
			}
			assertThat(received).hasToString("x\r\n".repeat(20_000));
		}
		next(lost);
	}

	@Test
	void itsLogContextIsThatOfAConnectionAndKeepsWhatCallbacksPutThere() throws Exception {
		Client one = new Client();
		WebSocket first = one.connect(context, "/ws/telling", null);
		Client two = new Client();
		WebSocket second = two.connect(context, "/ws/telling", null);
		String number = told(one, first, "a").replaceFirst("telling/(\\d+)/null", "$1");
		assertThat(number).matches("\\d+");
		assertThat(told(two, second, "b")).matches("telling/\\d+/null").doesNotContain("/" + number + "/");
		assertThat(told(one, first, "c")).isEqualTo("telling/" + number + "/a");
		assertThat(told(one, first, "later")).isEqualTo("telling/" + number + "/c");
		assertThat(told(two, second, "d")).endsWith("/b");
		first.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
		second.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
	}

	private static String told(Client client, WebSocket socket, String line) throws Exception {
		socket.sendText(line + "\r\n", true).join();
		StringBuilder told = new StringBuilder();
		while (told.indexOf("\r\n") < 0) {
			told.append(client.received(1));
		}
		return told.substring(0, told.length() - 2);
	}

	@Test
	void oneThatIsOneTooManyIsRefusedAndCounted() throws Exception {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		try (ConfigurableApplicationContext own = run("--twisted.web.websockets.lines.max-connections=1")) {
			own.getBean(WebSocketMetrics.class).bindTo(meters);
			Client one = new Client();
			WebSocket first = one.connect(own, "/ws/lines", null);
			first.sendText("hi\r\n", true).join();
			assertThat(one.received(4)).isEqualTo("HI\r\n");
			Client other = new Client();
			other.connect(own, "/ws/lines", null);
			assertThat(next(other.closed)).isEqualTo("1013");
			assertThat(meters.get("twisted.websocket.connections.refused")
				.tag("websocket", "lines")
				.functionCounter()
				.count()).isEqualTo(1);
			assertThat(lost).isEmpty();
			first.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
			assertThat(next(lost)).isEqualTo("ConnectionDone");
		}
	}

	@Test
	void oneThatIsIdleForTooLongIsClosed() throws Exception {
		try (ConfigurableApplicationContext own = run("--twisted.web.websockets.lines.idle-timeout=200ms")) {
			Client client = new Client();
			client.connect(own, "/ws/lines", null);
			assertThat(next(lost)).isEqualTo("TimeoutException");
			assertThat(next(client.closed)).isEqualTo("1011");
		}
	}

	@Test
	void theLimitsOfAWrappedFactoryHoldForWebSockets() throws Exception {
		Client idle = new Client();
		idle.connect(context, "/ws/idle", null);
		assertThat(next(lost)).isEqualTo("TimeoutException");
		assertThat(next(idle.closed)).isEqualTo("1011");
		Client one = new Client();
		WebSocket first = one.connect(context, "/ws/one", null);
		first.sendText("hi\r\n", true).join();
		assertThat(one.received(4)).isEqualTo("HI\r\n");
		Client other = new Client();
		other.connect(context, "/ws/one", null);
		assertThat(next(other.closed)).isEqualTo("1000");
		first.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
		assertThat(next(lost)).isEqualTo("ConnectionDone");
	}

	@Test
	void thoseThatAreOpenAreAMetricAndThoseThatAreServedALineInTheLog(CapturedOutput output) throws Exception {
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		try (ConfigurableApplicationContext own = run()) {
			assertThat(output).contains("Twisted WebSocket 'lines' served at /ws/lines");
			own.getBean(WebSocketMetrics.class).bindTo(meters);
			Gauge open = meters.get("twisted.websocket.connections").tag("websocket", "lines").gauge();
			assertThat(open.value()).isZero();
			Client client = new Client();
			WebSocket socket = client.connect(own, "/ws/lines", null);
			socket.sendText("hi\r\n", true).join();
			assertThat(client.received(4)).isEqualTo("HI\r\n");
			assertThat(open.value()).isEqualTo(1);
			socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
			Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> open.value() == 0);
		}
	}

	@Test
	void whereNothingCanServeThemThatIsSaid(CapturedOutput output) {
		AutoConfigurations advice = AutoConfigurations.of(TwistedWebSocketAdviceAutoConfiguration.class);
		String key = "twisted.web.websockets.lines.path=/ws/lines";
		new ReactiveWebApplicationContextRunner().withConfiguration(advice)
			.withPropertyValues(key)
			.run((runs) -> assertThat(output).doesNotContain("is not served"));
		new WebApplicationContextRunner().withConfiguration(advice)
			.withPropertyValues(key)
			.run((runs) -> assertThat(output).contains("The WebSocket 'lines' is not served"));
		new ApplicationContextRunner().withClassLoader(new FilteredClassLoader("org.springframework.web.reactive"))
			.withConfiguration(advice)
			.withPropertyValues("twisted.web.websockets.other.path=/ws/other")
			.run((runs) -> assertThat(output).contains("The WebSocket 'other' is not served"));
	}

	@Test
	void whoSendsMuchAndReadsNothingIsNotReadAnyFurther() throws Exception {
		Client client = new Client();
		WebSocket socket = client.connect(context, "/ws/flood", null);
		client.demand = false;
		socket.sendText("x", true).join();
		assertThat(next(Flood.events)).isEqualTo("paused");
		client.demand = true;
		socket.request(Long.MAX_VALUE);
		assertThat(next(Flood.events)).isEqualTo("resumed");
		socket.abort();
	}

	@Test
	void aPageOfAnotherOriginCannotOpenIt() {
		int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
		for (String origin : new String[] { "http://evil.example.com", "null", "http://127.0.0.1:" + (port + 1),
				"https://127.0.0.1:" + port, "http://friend.example.com", "https://friend.example.com.evil.com" }) {
			assertThatExceptionOfType(CompletionException.class).as(origin)
				.isThrownBy(() -> new Client().connect(context, "/ws/lines", origin))
				.withCauseInstanceOf(WebSocketHandshakeException.class);
		}
	}

	@Test
	void aPageOfTheSameOriginOrOneThatIsAllowedCanOpenIt() throws Exception {
		int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
		for (String origin : new String[] { "http://127.0.0.1:" + port, "https://friend.example.com" }) {
			Client client = new Client();
			WebSocket socket = client.connect(context, "/ws/lines", origin);
			socket.sendText("hi\r\n", true).join();
			assertThat(client.received(4)).isEqualTo("HI\r\n");
			socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
			assertThat(next(lost)).isEqualTo("ConnectionDone");
		}
	}

	@Test
	void anOpenWebSocketDoesNotHoldUpTheEndOfTheApplication() throws Exception {
		ConfigurableApplicationContext own = run();
		Client client = new Client();
		WebSocket socket = client.connect(own, "/ws/lines", null);
		socket.sendText("hi\r\n", true).join();
		assertThat(client.received(4)).isEqualTo("HI\r\n");
		long begin = System.nanoTime();
		own.close();
		assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(20));
		assertThat(next(client.closed)).isEqualTo("1001");
		assertThat(next(lost)).isEqualTo("ConnectionDone");
	}

	@Test
	void aWebSocketThatIsOpenedWhileTheApplicationEndsDoesNotHoldItUpEither() throws Exception {
		try (ConfigurableApplicationContext own = run()) {
			OpenWebSockets open = own.getBean(OpenWebSockets.class);
			open.stop();
			Client late = new Client();
			late.connect(own, "/ws/lines", null);
			assertThat(next(late.closed)).isEqualTo("1001");
			open.start();
			Client again = new Client();
			again.connect(own, "/ws/lines", null).sendText("hi\r\n", true).join();
			assertThat(again.received(4)).isEqualTo("HI\r\n");
		}
		assertThat(next(lost)).isEqualTo("ConnectionDone");
		assertThat(lost).isEmpty();
	}

	@Test
	void aWebSocketWithoutAHandlerKeepsTheApplicationFromStarting() {
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> run("--twisted.web.websockets.nobody.path=/ws/nobody"))
			.withStackTraceContaining("The WebSocket 'nobody' cannot be served");
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> run("--twisted.web.websockets.bad.path=ws"))
			.withStackTraceContaining("twisted.web.websockets.bad.path");
	}

	private static RawWebSocket raw(String path) throws Exception {
		return new RawWebSocket(context.getEnvironment().getRequiredProperty("local.server.port", Integer.class), path);
	}

	private static ConfigurableApplicationContext run(String... arguments) {
		String[] common = { "--spring.main.web-application-type=reactive", "--server.port=0",
				"--server.address=127.0.0.1", "--spring.main.banner-mode=off", "--twisted.servers.lines.enabled=false",
				"--twisted.servers.flood.enabled=false", "--twisted.servers.idle.enabled=false",
				"--twisted.servers.one.enabled=false", "--twisted.servers.telling.enabled=false",
				"--twisted.web.websockets.telling.path=/ws/telling", "--twisted.web.websockets.idle.path=/ws/idle",
				"--twisted.web.websockets.one.path=/ws/one", "--twisted.web.websockets.flood.path=/ws/flood",
				"--twisted.web.websockets.lines.path=/ws/lines",
				"--twisted.web.websockets.lines.allowed-origins=https://friend.example.com" };
		String[] all = java.util.Arrays.copyOf(common, common.length + arguments.length);
		System.arraycopy(arguments, 0, all, common.length, arguments.length);
		return new SpringApplicationBuilder(Application.class).run(all);
	}

	private static String next(BlockingQueue<String> queue) throws InterruptedException {
		String next = queue.poll(20, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import({ Lines.class, Flood.class, Telling.class })
	static class Application {

		@Bean
		@ProtocolHandler("idle")
		TimeoutFactory idle(Reactor reactor) {
			return new TimeoutFactory(Factory.forProtocol(Lines::new), reactor, Duration.ofMillis(200));
		}

		@Bean
		@ProtocolHandler("one")
		LimitTotalConnectionsFactory one() {
			return new LimitTotalConnectionsFactory(Factory.forProtocol(Lines::new), 1);
		}

	}

	@ProtocolHandler("lines")
	static class Lines extends LineReceiver {

		@Override
		protected void lineReceived(String line) {
			if (line.equals("throw")) {
				throw new IllegalStateException("thrown");
			}
			if (line.equals("many")) {
				for (int i = 0; i < 20_000; i++) {
					sendLine("x");
				}
				return;
			}
			if (line.equals("long")) {
				sendLine("x".repeat(200_000));
				return;
			}
			sendLine(line.toUpperCase(java.util.Locale.ROOT));
			if (line.equals("bye")) {
				transport().loseConnection();
			}
		}

		@Override
		protected void connectionLost(Failure reason) throws Exception {
			super.connectionLost(reason);
			lost.add(reason.type().getSimpleName());
		}

	}

	@ProtocolHandler("telling")
	static class Telling extends LineReceiver {

		@Override
		protected void lineReceived(String line) {
			if (line.equals("later")) {
				transport().callFromThread(this::tell);
				return;
			}
			tell();
			MDC.put("kept", line);
		}

		private void tell() {
			sendLine("%s/%s/%s".formatted(MDC.get("twisted.server"), MDC.get("twisted.connection"), MDC.get("kept")));
		}

	}

	/**
	 * Writes as long as nobody says that it is too much.
	 */
	@ProtocolHandler("flood")
	static class Flood extends Protocol implements dev.twisted.internet.PushProducer {

		static final BlockingQueue<String> events = new LinkedBlockingQueue<>();

		private boolean paused;

		@Override
		protected void dataReceived(byte[] data) {
			transport().registerProducer(this, true);
			go();
		}

		private void go() {
			if (!this.paused && connected()) {
				transport().write(new byte[16384]);
				transport().callFromThread(this::go);
			}
		}

		@Override
		public void pauseProducing() {
			this.paused = true;
			events.add("paused");
		}

		@Override
		public void resumeProducing() {
			events.add("resumed");
			transport().unregisterProducer();
		}

		@Override
		public void stopProducing() {
			this.paused = true;
		}

	}

	/**
	 * A WebSocket client that keeps what it is sent.
	 */
	private static final class Client implements WebSocket.Listener {

		private final BlockingQueue<Byte> data = new LinkedBlockingQueue<>();

		private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

		private volatile boolean demand = true;

		WebSocket connect(ConfigurableApplicationContext context, String path, String origin) {
			int port = context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
			WebSocket.Builder builder = HttpClient.newHttpClient().newWebSocketBuilder();
			if (origin != null) {
				builder.header("Origin", origin);
			}
			return builder.buildAsync(URI.create("ws://127.0.0.1:%d%s".formatted(port, path)), this).join();
		}

		String received(int length) throws InterruptedException {
			byte[] bytes = new byte[length];
			for (int i = 0; i < length; i++) {
				Byte next = this.data.poll(20, TimeUnit.SECONDS);
				assertThat(next).isNotNull();
				bytes[i] = next;
			}
			return new String(bytes, StandardCharsets.UTF_8);
		}

		@Override
		public void onOpen(WebSocket socket) {
			socket.request(1);
		}

		@Override
		public CompletionStage<?> onBinary(WebSocket socket, ByteBuffer message, boolean last) {
			while (message.hasRemaining()) {
				this.data.add(message.get());
			}
			if (this.demand) {
				socket.request(1);
			}
			return null;
		}

		@Override
		public CompletionStage<?> onClose(WebSocket socket, int status, String reason) {
			this.closed.add(Integer.toString(status));
			return null;
		}

	}

}
