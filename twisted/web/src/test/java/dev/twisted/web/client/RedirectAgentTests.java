package dev.twisted.web.client;

import java.time.Duration;
import java.util.List;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RedirectAgentTests {

	private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void aRedirectOfAGetIsFollowedAndTheResponseKnowsIt() throws Exception {
		try (ScriptedServer server = redirecting(302, "/there?x=1")) {
			Response response = result(agent().request("GET", server.uri("/here")));
			assertThat(response.code()).isEqualTo(200);
			assertThat(response.request().absoluteURI()).isEqualTo(server.uri("/there?x=1"));
			assertThat(response.previousResponse()).isNotNull();
			assertThat(response.previousResponse().code()).isEqualTo(302);
			read(response);
		}
	}

	@Test
	void aRedirectOfAPostIsNotFollowed() throws Exception {
		for (int status : List.of(301, 302, 307, 308)) {
			try (ScriptedServer server = redirecting(status, "/there")) {
				assertThatExceptionOfType(ResponseFailed.class)
					.isThrownBy(() -> result(
							agent().request("POST", server.uri("/here"), new Headers(), new BytesBodyProducer("x"))))
					.satisfies((ex) -> {
						assertThat(ex.reasons().get(0).value()).isInstanceOf(PageRedirect.class);
						assertThat(ex.response()).isNotNull();
						read(ex.response());
					});
			}
		}
	}

	@Test
	void seeOtherTurnsAPostIntoAGet() throws Exception {
		try (ScriptedServer server = redirecting(303, "/there")) {
			read(result(agent().request("POST", server.uri("/here"),
					new Headers().addRawHeader("Content-Type", "text/plain"), new BytesBodyProducer("x"))));
			server.request();
			assertThat(server.request()).startsWith("GET /there ").doesNotContain("Content-Type");
		}
	}

	@Test
	void browsersTurnThePostIntoAGetWhereTheStandardDoesNot() throws Exception {
		for (int status : List.of(301, 302, 303, 308)) {
			try (ScriptedServer server = redirecting(status, "/there")) {
				read(result(new BrowserLikeRedirectAgent(new Agent(this.reactor.get())).request("POST",
						server.uri("/here"), new Headers(), new BytesBodyProducer("x"))));
				server.request();
				assertThat(server.request()).startsWith("GET /there ");
			}
		}
	}

	@Test
	void credentialsDoNotGoToAnotherOriginAndDoNotComeBack() throws Exception {
		try (ScriptedServer other = redirecting(302, "/there")) {
			try (ScriptedServer server = redirecting(302, other.uri("/there"))) {
				Headers headers = new Headers().addRawHeader("Authorization", "Basic x")
					.addRawHeader("Cookie", "a=b")
					.addRawHeader("Proxy-Authorization", "Basic y")
					.addRawHeader("X-Key", "z")
					.addRawHeader("X-Other", "stays");
				RedirectAgent agent = new RedirectAgent(new Agent(this.reactor.get()), 1, List.of("X-Key"));
				read(result(agent.request("GET", server.uri("/here"), headers)));
				assertThat(server.request()).contains("Authorization", "Cookie", "X-Key");
				assertThat(other.request()).contains("X-Other: stays")
					.doesNotContain("Authorization", "Cookie", "X-Key");
				RedirectAgent further = new RedirectAgent(new Agent(this.reactor.get()), 3, List.of());
				try (ScriptedServer back = redirecting(302, other.uri("/here"))) {
					read(result(further.request("GET", back.uri("/here"), headers)));
					other.request();
					assertThat(other.request()).doesNotContain("Authorization", "Cookie");
				}
			}
		}
	}

	@Test
	void credentialsStayWithinOneOrigin() throws Exception {
		try (ScriptedServer server = redirecting(302, "/there")) {
			read(result(agent().request("GET", server.uri("/here"),
					new Headers().addRawHeader("Authorization", "Basic x"))));
			server.request();
			assertThat(server.request()).contains("Authorization: Basic x");
		}
	}

	@Test
	void redirectsThatGoOnAndOnAreFollowedTwentyTimes() throws Exception {
		try (ScriptedServer server = redirecting(302, "/here")) {
			assertThatExceptionOfType(ResponseFailed.class)
				.isThrownBy(() -> result(agent().request("GET", server.uri("/here"))))
				.satisfies((ex) -> {
					assertThat(ex.reasons().get(0).value()).isInstanceOf(InfiniteRedirection.class);
					read(ex.response());
				});
			assertThat(server.connections()).isEqualTo(21);
		}
	}

	@Test
	void aRedirectWithoutALocationFails() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering("HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n")) {
			assertThatExceptionOfType(ResponseFailed.class)
				.isThrownBy(() -> result(agent().request("GET", server.uri("/"))))
				.satisfies((ex) -> assertThat(ex.reasons().get(0).value()).isInstanceOf(RedirectWithNoLocation.class));
		}
	}

	@Test
	void whatIsRelativeStaysOnItsServerAndKeepsThePathIfItIsAQuery() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.send(request.contains(" / ")
				? "HTTP/1.1 302 Elsewhere\r\nLocation: .example.com/x\r\nContent-Length: 0\r\n\r\n" : OK))) {
			Response response = result(agent().request("GET", server.uri("")));
			assertThat(response.request().absoluteURI()).isEqualTo(server.uri("/.example.com/x"));
			read(response);
		}
		try (ScriptedServer server = redirecting(302, "?x=1")) {
			Response response = result(agent().request("GET", server.uri("/a/here/")));
			read(response);
			response = result(agent().request("GET", server.uri("/here")));
			assertThat(response.request().absoluteURI()).isEqualTo(server.uri("/here?x=1"));
			read(response);
		}
	}

	@Test
	void whatIsNoAsciiInALocationIsAskedForAsTheBytesItIs() throws Exception {
		try (ScriptedServer server = redirecting(302, "/你 好")) {
			read(result(agent().request("GET", server.uri("/here"))));
			server.request();
			assertThat(server.request()).startsWith("GET /%E4%BD%A0%20%E5%A5%BD HTTP/1.1\r\n");
		}
	}

	@Test
	void aRedirectToAnythingButHttpIsNotFollowed() throws Exception {
		for (String location : List.of("file:///etc/passwd", "gopher://127.0.0.1/")) {
			try (ScriptedServer server = redirecting(302, location)) {
				assertThatExceptionOfType(SchemeNotSupported.class)
					.isThrownBy(() -> result(agent().request("GET", server.uri("/here"))));
			}
		}
	}

	@Test
	void theTotalDeadlineIsOneForARequestAndWhatRedirectsLeadTo() throws Exception {
		try (ScriptedServer server = redirecting(302, "/there")) {
			HTTPAgent wrapped = new ContentDecoderAgent(new Agent(this.reactor.get()));
			RedirectAgent agent = new RedirectAgent(
					(method, uri, headers, body) -> wrapped.request(method, uri, headers, body));
			Response response = result(agent.request("GET", server.uri("/here")));
			assertThat(response.previousResponse()).isNotNull();
			assertThat(response.request().deadline()).isNotNull()
				.isEqualTo(response.previousResponse().request().deadline());
			read(response);
			// And only for those.
			Response further = result(agent.request("GET", server.uri("/there")));
			assertThat(further.request().deadline()).isGreaterThan(response.request().deadline());
			read(further);
		}
	}

	@Test
	void aRedirectForWhichNoTimeIsLeftFails() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.awaitEnd())) {
			Agent agent = new Agent(this.reactor.get());
			Request past = new Request("GET", server.uri("/"), new Headers(), Duration.ZERO);
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> result(InheritedDeadline.of(past, () -> agent.request("GET", server.uri("/")))));
		}
	}

	/** Leads from /here to a place, and answers everywhere else. */
	private static ScriptedServer redirecting(int status, String location) throws Exception {
		return new ScriptedServer((request, peer) -> peer.send(request.contains(" /here ")
				? "HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 4\r\n\r\nbody".formatted(status, location)
				: OK));
	}

	private RedirectAgent agent() {
		return new RedirectAgent(new Agent(this.reactor.get()));
	}

	private void read(Response response) {
		result(Responses.readBody(response));
	}

	private <T> T result(Deferred<T> deferred) {
		return this.reactor.result(deferred);
	}

}
