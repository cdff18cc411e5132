package dev.twisted.web.client;

import java.net.CookieManager;
import java.util.List;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class CookieAgentTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void cookiesAreKeptAndSentBackUnlessTheRequestBringsItsOwn() throws Exception {
		try (ScriptedServer server = setting("id=1; Path=/")) {
			CookieAgent agent = agent();
			get(agent, server.uri("/"));
			get(agent, server.uri("/"));
			this.reactor.result(agent.request("GET", server.uri("/"), new Headers().addRawHeader("Cookie", "own=2"))
				.compose(Responses::readBody));
			assertThat(server.request()).doesNotContain("Cookie");
			assertThat(server.request()).contains("Cookie: id=1\r\n");
			assertThat(server.request()).contains("Cookie: own=2\r\n");
		}
	}

	@Test
	void aCookieWithAnAgeIsSentBackAsItCame() throws Exception {
		try (ScriptedServer server = setting("id=1; Path=/; Max-Age=600; HttpOnly")) {
			CookieAgent agent = agent();
			get(agent, server.uri("/"));
			get(agent, server.uri("/"));
			server.request();
			assertThat(server.request()).contains("Cookie: id=1\r\n");
		}
	}

	@Test
	void aCookieForOthersIsNotSent() throws Exception {
		for (String cookie : List.of("id=1; Path=/; Domain=example.com", "id=1; Path=/elsewhere",
				"id=1; Path=/; Secure", "id=1; Path=/; Max-Age=0")) {
			try (ScriptedServer server = setting(cookie)) {
				CookieAgent agent = agent();
				get(agent, server.uri("/"));
				get(agent, server.uri("/"));
				server.request();
				assertThat(server.request()).doesNotContain("Cookie");
			}
		}
	}

	@Test
	void aCookieIsKeptForTheServerThatARedirectHasLedToAndNotForTheFirst() throws Exception {
		try (ScriptedServer other = setting("id=evil; Path=/");
				ScriptedServer server = ScriptedServer
					.answering("HTTP/1.1 302 Found\r\nLocation: http://localhost:%d/\r\nContent-Length: 0\r\n\r\n"
						.formatted(other.port()))) {
			CookieAgent agent = new CookieAgent(new RedirectAgent(new Agent(this.reactor.get())), new CookieManager());
			get(agent, server.uri("/"));
			get(agent, server.uri("/"));
			server.request();
			assertThat(server.request()).doesNotContain("Cookie");
		}
	}

	private static ScriptedServer setting(String cookie) throws Exception {
		return ScriptedServer
			.answering("HTTP/1.1 200 OK\r\nSet-Cookie: %s\r\nContent-Length: 0\r\n\r\n".formatted(cookie));
	}

	private CookieAgent agent() {
		return new CookieAgent(new Agent(this.reactor.get()), new CookieManager());
	}

	private void get(CookieAgent agent, String uri) {
		this.reactor.result(agent.request("GET", uri).compose(Responses::readBody));
	}

}
