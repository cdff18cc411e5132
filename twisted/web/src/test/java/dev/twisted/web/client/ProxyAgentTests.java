package dev.twisted.web.client;

import java.nio.charset.StandardCharsets;

import dev.twisted.internet.ConnectException;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.DNSLookupException;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ProxyAgentTests {

	private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void theProxyIsAskedForTheWholeUriAndLooksUpTheName() throws Exception {
		try (ScriptedServer proxy = ScriptedServer.answering(OK);
				HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get())) {
			ProxyAgent agent = new ProxyAgent(new Agent(this.reactor.get(), pool), "127.0.0.1", proxy.port());
			assertThat(read(agent, "http://nowhere.invalid:8080/a?b=c")).isEqualTo("hello");
			assertThat(proxy.request()).startsWith("GET http://nowhere.invalid:8080/a?b=c HTTP/1.1\r\n")
				.contains("host: nowhere.invalid:8080\r\n");
			assertThat(read(agent, "http://other.invalid")).isEqualTo("hello");
			assertThat(proxy.request()).startsWith("GET http://other.invalid/ HTTP/1.1\r\n");
			assertThat(proxy.connections()).isEqualTo(1);
		}
	}

	@Test
	void aRequestForTheProxyItselfIsNotTakenForTheOneBefore() throws Exception {
		try (ScriptedServer proxy = ScriptedServer.answering(OK);
				HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get())) {
			Agent agent = new Agent(this.reactor.get(), pool);
			read(new ProxyAgent(agent, "127.0.0.1", proxy.port()), "http://nowhere.invalid/a");
			proxy.request();
			this.reactor.result(agent.request("GET", proxy.uri("/status")).compose(Responses::readBody));
			assertThat(proxy.request()).startsWith("GET /status HTTP/1.1\r\n");
		}
	}

	@Test
	void theProxyIsNotToldTheUserOfAUri() throws Exception {
		try (ScriptedServer proxy = ScriptedServer.answering(OK)) {
			ProxyAgent agent = new ProxyAgent(new Agent(this.reactor.get()), "127.0.0.1", proxy.port());
			read(agent, "http://user:secret@nowhere.invalid:81/a");
			assertThat(proxy.request()).startsWith("GET http://nowhere.invalid:81/a HTTP/1.1\r\n")
				.doesNotContain("secret");
		}
	}

	@Test
	void httpsGoesThroughATunnelForWhichTheProxyGetsTheCredentials() throws Exception {
		try (ScriptedServer proxy = ScriptedServer.answering("HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")) {
			ProxyAgent agent = new ProxyAgent(new Agent(this.reactor.get()), "localhost", proxy.port());
			assertThatExceptionOfType(ConnectException.class)
				.isThrownBy(() -> this.reactor.result(agent.request("GET", "https://nowhere.invalid/a",
						new Headers().addRawHeader("Proxy-Authorization", "Basic x"))))
				.isNotInstanceOf(ConnectionRefusedException.class)
				.withMessageContaining("403");
			assertThat(proxy.request()).startsWith("CONNECT nowhere.invalid:443 HTTP/1.1\r\n")
				.containsIgnoringCase("proxy-authorization: Basic x\r\n");
		}
	}

	@Test
	void aProxyWhoseNameHasNoAddressIsSaidToBeThat() {
		ProxyAgent agent = new ProxyAgent(new Agent(this.reactor.get()), "proxy.invalid", 1);
		for (String uri : new String[] { "https://nowhere.invalid/", "http://nowhere.invalid/" }) {
			assertThatExceptionOfType(DNSLookupException.class).isThrownBy(() -> read(agent, uri));
		}
	}

	private String read(ProxyAgent agent, String uri) {
		return new String(this.reactor.result(agent.request("GET", uri, new Headers()).compose(Responses::readBody)),
				StandardCharsets.UTF_8);
	}

}
