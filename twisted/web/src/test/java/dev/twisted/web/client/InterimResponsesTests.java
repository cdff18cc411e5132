package dev.twisted.web.client;

import java.nio.charset.StandardCharsets;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

class InterimResponsesTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void whatAServerSaysBeforeItAnswersIsNeitherTheAnswerNorThatOfTheNextRequest() throws Exception {
		try (HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get());
				ScriptedServer server = new ScriptedServer((request, peer) -> {
					String path = request.substring(4, request.indexOf(' ', 4));
					peer.send("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
					peer.send("HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n");
					peer.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s".formatted(path.length(), path));
				})) {
			Agent agent = new Agent(this.reactor.get(), pool);
			for (String path : new String[] { "/one", "/second", "/3" }) {
				Response response = this.reactor.result(agent.request("GET", server.uri(path)));
				assertThat(response.code()).isEqualTo(200);
				assertThat(response.headers().hasHeader("Link")).isFalse();
				assertThat(new String(this.reactor.result(Responses.readBody(response)), StandardCharsets.UTF_8))
					.isEqualTo(path);
			}
			assertThat(server.connections()).isEqualTo(1);
		}
	}

}
