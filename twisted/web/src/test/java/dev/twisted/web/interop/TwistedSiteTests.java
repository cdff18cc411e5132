package dev.twisted.web.interop;

import java.nio.charset.StandardCharsets;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.interop.PythonPeer;
import dev.twisted.web.Headers;
import dev.twisted.web.client.Agent;
import dev.twisted.web.client.BytesBodyProducer;
import dev.twisted.web.client.HTTPAgent;
import dev.twisted.web.client.HTTPConnectionPool;
import dev.twisted.web.client.RedirectAgent;
import dev.twisted.web.client.Response;
import dev.twisted.web.client.Responses;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Our agent and a site of the real Twisted.
 */
class TwistedSiteTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@BeforeAll
	static void requireTwisted() {
		PythonPeer.requireTwisted();
	}

	@Test
	void pagesFormsChunksAndRedirectsComeThrough() {
		try (PythonPeer site = PythonPeer.start("site.py");
				HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get())) {
			String root = "http://127.0.0.1:" + site.port();
			Agent agent = new Agent(this.reactor.get(), pool);
			assertThat(text(agent.request("GET", root + "/page?x=1"))).isEqualTo("page of /page");
			assertThat(site.line()).isEqualTo("GET /page?x=1");
			assertThat(text(agent.request("GET", root + "/later"))).isEqualTo("first second");
			assertThat(response(agent.request("GET", root + "/nothing"))).isEqualTo(404);
			HTTPAgent following = new RedirectAgent(agent);
			assertThat(text(following.request("GET", root + "/moved"))).isEqualTo("page of /page");
			assertThat(site.line()).isEqualTo("GET /page");
			String body = "some text ".repeat(30_000);
			assertThat(text(agent.request("POST", root + "/page",
					new Headers().addRawHeader("Content-Type", "text/plain"), new BytesBodyProducer(body))))
				.isEqualTo(body);
			assertThat(site.line()).isEqualTo("POST 300000 text/plain");
		}
	}

	private int response(Deferred<Response> request) {
		return this.reactor
			.result(request.compose((response) -> Responses.readBody(response).addCallback((body) -> response.code())));
	}

	private String text(Deferred<Response> request) {
		return new String(this.reactor.result(request.compose(Responses::readBody)), StandardCharsets.UTF_8);
	}

}
