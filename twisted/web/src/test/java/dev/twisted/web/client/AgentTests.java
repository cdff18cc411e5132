package dev.twisted.web.client;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.Consumer;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.EveryTransport;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.ScriptedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

@EveryTransport
class AgentTests {

	private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

	@RegisterExtension
	final RunningReactor reactor;

	AgentTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@Test
	void aRequestHasNothingThatWasNotAskedForButItsHostAndThatItsConnectionIsClosed() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			assertThat(text(agent().request("GET", server.uri("/a?b=c#d")))).isEqualTo("hello");
			assertThat(server.request().split("\r\n")).containsExactlyInAnyOrder("GET /a?b=c HTTP/1.1",
					"host: 127.0.0.1:" + server.port(), "connection: close");
			server.awaitClosed();
		}
	}

	@Test
	void aResponseHasVersionCodePhraseHeadersLengthAndRequest() throws Exception {
		try (ScriptedServer server = ScriptedServer
			.answering("HTTP/1.0 299 Rather Good\r\nX-One: a\r\nx-one: b\r\nContent-Length: 2\r\n\r\nhi")) {
			Response response = response(agent().request("GET", server.uri("/x")));
			assertThat(response.version()).isEqualTo("HTTP/1.0");
			assertThat(response.code()).isEqualTo(299);
			assertThat(response.phrase()).isEqualTo("Rather Good");
			assertThat(response.headers().getRawHeaders("X-ONE")).containsExactly("a", "b");
			assertThat(response.length()).isEqualTo(2);
			assertThat(response.request().absoluteURI()).isEqualTo(server.uri("/x"));
			assertThat(this.reactor.result(Responses.readBody(response))).asString().isEqualTo("hi");
		}
	}

	@Test
	void resultsComeOnTheThreadOfTheReactorAndSoDoesTheConnection() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			Thread own = this.reactor.call(Thread::currentThread);
			Thread seen = this.reactor.result(agent().request("GET", server.uri("/"))
				.compose((response) -> Responses.readBody(response).addCallback((body) -> Thread.currentThread())));
			assertThat(seen).isSameAs(own);
		}
	}

	@Test
	void aStatusThatSaysNoIsASuccess() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) {
			assertThat(response(agent().request("GET", server.uri("/"))).code()).isEqualTo(404);
		}
	}

	@Test
	void aPostWithoutABodySaysThatItsLengthIsZero() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			text(agent().request("POST", server.uri("/")));
			assertThat(server.request()).contains("content-length: 0\r\n").doesNotContain("transfer-encoding");
		}
	}

	@Test
	void aBodyOfKnownLengthIsSentAsItIs() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			text(agent().request("POST", server.uri("/"), new Headers().addRawHeader("Content-Type", "text/plain"),
					new BytesBodyProducer("你好")));
			assertThat(server.request()).contains("content-length: 6\r\n", "Content-Type: text/plain\r\n")
				.endsWith("\r\n\r\n你好");
		}
	}

	@Test
	void aFileIsSentAsABodyWhateverItsSize(@TempDir Path folder) throws Exception {
		String content = "0123456789abcdef".repeat(40_000);
		Path file = Files.writeString(folder.resolve("body"), content);
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			text(agent().request("PUT", server.uri("/"), new Headers(),
					new FileBodyProducer(this.reactor.get(), file)));
			assertThat(server.request()).contains("content-length: 640000\r\n").endsWith("\r\n\r\n" + content);
		}
	}

	@Test
	void aBodyOfUnknownLengthIsSentInChunks() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			text(agent().request("POST", server.uri("/"), new Headers(), new FileBodyProducer(this.reactor.get(),
					new java.io.ByteArrayInputStream("some text".getBytes()), BodyProducer.UNKNOWN_LENGTH)));
			assertThat(server.request()).contains("transfer-encoding: chunked\r\n").endsWith("\r\n\r\nsome text");
		}
	}

	@Test
	void aBodyThatIsNotAsLongAsAnnouncedFailsTheRequest() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			assertThatExceptionOfType(RequestGenerationFailed.class)
				.isThrownBy(() -> response(agent().request("POST", server.uri("/"), new Headers(), new Liar())))
				.satisfies((ex) -> assertThat(ex.reasons().get(0).value()).isInstanceOf(WrongBodyLength.class));
		}
	}

	@Test
	void aServerThatIsNotThereRefusesTheConnection() throws Exception {
		ScriptedServer server = ScriptedServer.answering(OK);
		server.close();
		assertThatExceptionOfType(ConnectionRefusedException.class)
			.isThrownBy(() -> response(agent().request("GET", server.uri("/"))));
	}

	@Test
	void aNameWithoutAnAddressIsSaidToBeThat() {
		assertThatExceptionOfType(DNSLookupException.class)
			.isThrownBy(() -> response(agent().request("GET", "http://nowhere.invalid/")));
	}

	@Test
	void aSchemeThatIsNotKnownFails() {
		assertThatExceptionOfType(SchemeNotSupported.class)
			.isThrownBy(() -> response(agent().request("GET", "gopher://127.0.0.1/")));
	}

	@Test
	void whatIsNoUriOrCannotBeAskedForFailsAndIsNotThrown() {
		for (String uri : List.of("http://", "no uri at all", "http://127.0.0.1:0/", "http://a\r\nb/")) {
			assertThatExceptionOfType(IllegalArgumentException.class)
				.isThrownBy(() -> response(agent().request("GET", uri)));
		}
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> response(agent().request("G\r\nT", "http://127.0.0.1:1/")));
		assertThatExceptionOfType(IllegalArgumentException.class)
			.isThrownBy(() -> new Headers().addRawHeader("X", "a\r\nEvil: b"));
	}

	@Test
	void cancellingARequestThatIsNotAnsweredClosesItsConnection() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.awaitEnd())) {
			Deferred<Response> request = agent().request("GET", server.uri("/"));
			server.request();
			this.reactor.run(request::cancel);
			assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> response(request));
			server.awaitClosed();
		}
	}

	@Test
	void cancellingTheReadingOfABodyClosesItsConnection() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
			peer.awaitEnd();
		})) {
			Response response = response(agent().request("GET", server.uri("/")));
			Deferred<byte[]> body = this.reactor.call(() -> Responses.readBody(response));
			this.reactor.run(body::cancel);
			assertThatExceptionOfType(CancelledException.class).isThrownBy(() -> this.reactor.result(body));
			server.awaitClosed();
		}
	}

	@Test
	void aResponseThatDoesNotBeginInTimeFails() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.awaitEnd())) {
			Agent agent = Agent.builder(this.reactor.get()).responseTimeout(Duration.ofMillis(400)).build();
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> response(agent.request("GET", server.uri("/?secret=1"))))
				.withMessage("GET %s had no response within PT0.4S".formatted(server.uri("/")));
			server.awaitClosed();
		}
	}

	@Test
	void aBodyThatDoesNotEndInTimeFailsAndItsConnectionIsClosed() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
			peer.awaitEnd();
		})) {
			Agent agent = Agent.builder(this.reactor.get()).totalTimeout(Duration.ofSeconds(1)).build();
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> text(agent.request("GET", server.uri("/"))))
				.withMessage("GET %s took longer than PT1S".formatted(server.uri("/")));
			server.awaitClosed();
		}
	}

	@Test
	void aBodyThatNobodyReadsIsGivenUpInTime() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
			peer.awaitEnd();
		})) {
			Agent agent = Agent.builder(this.reactor.get()).totalTimeout(Duration.ofSeconds(1)).build();
			assertThat(response(agent.request("GET", server.uri("/"))).code()).isEqualTo(200);
			server.awaitClosed();
		}
	}

	private Agent agent() {
		return new Agent(this.reactor.get());
	}

	private Response response(Deferred<Response> request) {
		return this.reactor.result(request);
	}

	private String text(Deferred<Response> request) {
		return new String(this.reactor.result(request.compose(Responses::readBody)), StandardCharsets.UTF_8);
	}

	/**
	 * A body that ends too early.
	 */
	private static final class Liar implements BodyProducer {

		@Override
		public long length() {
			return 10;
		}

		@Override
		public Deferred<@Nullable Void> startProducing(Consumer consumer) {
			consumer.write("short".getBytes(StandardCharsets.US_ASCII));
			return Deferred.succeed(null);
		}

		@Override
		public void pauseProducing() {
		}

		@Override
		public void resumeProducing() {
		}

		@Override
		public void stopProducing() {
		}

	}

}
