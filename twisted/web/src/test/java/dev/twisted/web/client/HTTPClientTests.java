package dev.twisted.web.client;

import java.nio.charset.StandardCharsets;
import java.util.Map;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class HTTPClientTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void anObjectGoesAsJsonAndComesBackAsOne() throws Exception {
		try (ScriptedServer server = answering("application/json", "{\"text\":\"你好\"}")) {
			Deferred<Said> said = client().postJson(server.uri("/ask"), new Said("hi"))
				.compose((response) -> response.json(Said.class));
			assertThat(this.reactor.result(said)).isEqualTo(new Said("你好"));
			assertThat(server.request()).startsWith("POST /ask ")
				.contains("Content-Type: application/json\r\n")
				.endsWith("\r\n\r\n{\"text\":\"hi\"}");
		}
	}

	@Test
	void whatIsNoJsonFailsWithWhatWasAskedForAndTheStatus() throws Exception {
		byte[] busy = "HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy".getBytes(StandardCharsets.US_ASCII);
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.send(busy))) {
			assertThatExceptionOfType(UnreadableResponse.class)
				.isThrownBy(() -> this.reactor
					.result(client().get(server.uri("/said")).compose((response) -> response.json(Said.class))))
				.withMessageContaining("GET " + server.uri("/said") + ", with status 503, cannot be read as "
						+ Said.class.getTypeName())
				.withCauseInstanceOf(tools.jackson.core.JacksonException.class)
				.satisfies((ex) -> assertThat(ex.status()).isEqualTo(503));
		}
	}

	@Test
	void textHasTheCharacterSetOfItsType() throws Exception {
		byte[] latin = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=ISO-8859-1\r\nContent-Length: 1\r\n\r\né"
			.getBytes(StandardCharsets.ISO_8859_1);
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.send(latin))) {
			assertThat(text(client().get(server.uri("/")))).isEqualTo("é");
		}
		try (ScriptedServer server = answering("text/plain", "é")) {
			assertThat(text(client().get(server.uri("/")))).isEqualTo("é");
		}
	}

	@Test
	void formsTextsAndOtherMethodsAreSent() throws Exception {
		try (ScriptedServer server = answering("text/plain", "ok")) {
			text(client().postForm(server.uri("/"), Map.of("a b", "c&d")));
			assertThat(server.request()).contains("Content-Type: application/x-www-form-urlencoded")
				.endsWith("\r\n\r\na+b=c%26d");
			text(client().post(server.uri("/"), "你"));
			assertThat(server.request()).contains("charset=UTF-8").endsWith("\r\n\r\n你");
			text(client().delete(server.uri("/")));
			assertThat(server.request()).startsWith("DELETE / ");
			text(client().request("PUT", server.uri("/"), new Headers(), new BytesBodyProducer("x")));
			assertThat(server.request()).startsWith("PUT / ").endsWith("\r\n\r\nx");
			text(client().put(server.uri("/"), "text/plain", new byte[] { 'y' }));
			assertThat(server.request()).startsWith("PUT / ").endsWith("\r\n\r\ny");
			text(client().putJson(server.uri("/"), new Said("hi")));
			assertThat(server.request()).startsWith("PUT / ").endsWith("\r\n\r\n{\"text\":\"hi\"}");
			text(client().get(server.uri("/"), new Headers().setRawHeader("X-Mine", "1")));
			assertThat(server.request()).startsWith("GET / ").contains("X-Mine: 1\r\n");
			HTTPResponse head = this.reactor.result(client().head(server.uri("/")));
			assertThat(head.code()).isEqualTo(200);
			assertThat(this.reactor.result(head.content())).isEmpty();
		}
	}

	private static ScriptedServer answering(String type, String body) throws Exception {
		int length = body.getBytes(StandardCharsets.UTF_8).length;
		String head = "HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\n\r\n".formatted(type, length);
		return new ScriptedServer((request, peer) -> peer.send(request.startsWith("HEAD") ? head : head + body));
	}

	private HTTPClient client() {
		return new HTTPClient(new Agent(this.reactor.get()));
	}

	private String text(Deferred<HTTPResponse> request) {
		return this.reactor.result(request.compose(HTTPResponse::text));
	}

	record Said(String text) {

	}

}
