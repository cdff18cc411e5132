package dev.twisted.web.client;

import java.nio.charset.StandardCharsets;
import java.util.List;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is asked for, and of whom.
 */
class RequestTargetTests {

	private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void userAndFragmentAreNeitherSentNorTakenForTheHost() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			String authority = "127.0.0.1:" + server.port();
			for (String uri : List.of("http://user:secret@%s/x", "http://user@%s/x#@127.0.0.2/",
					"http://%s/x#@127.0.0.2/")) {
				assertThat(get(uri.formatted(authority), new Headers())).isEqualTo("hello");
				assertThat(server.request()).startsWith("GET /x HTTP/1.1\r\n")
					.contains("host: " + authority + "\r\n")
					.doesNotContainIgnoringCase("authorization")
					.doesNotContain("secret");
			}
		}
	}

	@Test
	void aPathThatIsEmptyIsTheRoot() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			get(server.uri(""), new Headers());
			assertThat(server.request()).startsWith("GET / HTTP/1.1\r\n");
			get(server.uri("?a=b"), new Headers());
			assertThat(server.request()).startsWith("GET /?a=b HTTP/1.1\r\n");
			get(server.uri("#there"), new Headers());
			assertThat(server.request()).startsWith("GET / HTTP/1.1\r\n");
		}
	}

	@Test
	void aLengthWithoutABodyIsNotSentSinceTheNextRequestWouldBeTakenForIt() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering(OK)) {
			get(server.uri("/"),
					new Headers().addRawHeader("Content-Length", "30").addRawHeader("Transfer-Encoding", "chunked"));
			assertThat(server.request()).doesNotContainIgnoringCase("content-length")
				.doesNotContainIgnoringCase("transfer-encoding");
		}
	}

	private String get(String uri, Headers headers) {
		return new String(
				this.reactor
					.result(new Agent(this.reactor.get()).request("GET", uri, headers).compose(Responses::readBody)),
				StandardCharsets.UTF_8);
	}

}
