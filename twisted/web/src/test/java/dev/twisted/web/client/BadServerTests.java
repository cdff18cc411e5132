package dev.twisted.web.client;

import java.time.Duration;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.protocols.LengthLimitExceededException;
import dev.twisted.web.ScriptedServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What servers can do wrong, and what comes of each.
 */
class BadServerTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	@Test
	void whoClosesInsteadOfAnsweringHasNeverAnswered() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.close())) {
			assertThatExceptionOfType(ResponseNeverReceived.class).isThrownBy(() -> read(server))
				.satisfies((ex) -> assertThat(ex.reasons().get(0).value()).isInstanceOf(ConnectionDone.class));
		}
	}

	@Test
	void whoResetsInsteadOfAnsweringHasNeverAnswered() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.reset())) {
			assertThatExceptionOfType(ResponseNeverReceived.class).isThrownBy(() -> read(server))
				.satisfies((ex) -> assertThat(ex.reasons().get(0).value()).isInstanceOf(ConnectionLost.class));
		}
	}

	@Test
	void whoDoesNotSpeakHttpHasFailed() throws Exception {
		try (ScriptedServer server = ScriptedServer.answering("220 mail.example.com ESMTP\r\n\r\n")) {
			assertThatExceptionOfType(ResponseFailed.class).isThrownBy(() -> read(server))
				.isNotInstanceOf(ResponseNeverReceived.class);
		}
	}

	@Test
	void aBodyThatIsShorterThanAnnouncedHasFailed() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nshort");
			peer.close();
		})) {
			assertThatExceptionOfType(ResponseFailed.class).isThrownBy(() -> read(server)).satisfies((ex) -> {
				assertThat(ex.reasons().get(0).value()).isInstanceOf(ConnectionDone.class);
				assertThat(ex.response()).isNotNull();
				assertThat(ex.response().code()).isEqualTo(200);
			});
		}
	}

	@Test
	void chunksThatEndTooEarlyHaveFailed() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
			peer.close();
		})) {
			assertThatExceptionOfType(ResponseFailed.class).isThrownBy(() -> read(server));
		}
	}

	@Test
	void chunksThatAreNoneHaveFailed() throws Exception {
		try (ScriptedServer server = ScriptedServer
			.answering("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nhello\r\n")) {
			assertThatExceptionOfType(ResponseFailed.class).isThrownBy(() -> read(server));
		}
	}

	@Test
	void aBodyThatOnlyTheEndOfTheConnectionEndsMayBePartial() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\n\r\nperhaps all");
			peer.close();
		})) {
			assertThatExceptionOfType(PartialDownloadException.class).isThrownBy(() -> read(server)).satisfies((ex) -> {
				assertThat(ex.response()).asString().isEqualTo("perhaps all");
				assertThat(ex.status()).isEqualTo(200);
			});
			HTTPClient everyday = new HTTPClient(new Agent(this.reactor.get()));
			assertThat(this.reactor.result(everyday.get(server.uri("/")).compose(HTTPResponse::text)))
				.isEqualTo("perhaps all");
		}
	}

	@Test
	void headersThatDoNotEndHaveFailed() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\n");
			for (int i = 0; i < 100_000; i++) {
				peer.send("X-Header-%d: some text that takes room\r\n".formatted(i));
			}
		})) {
			assertThatExceptionOfType(ResponseFailed.class).isThrownBy(() -> read(server));
		}
	}

	@Test
	void aBodyThatSaysItIsTooLongIsNotRead() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n");
			peer.awaitEnd();
		})) {
			assertThatExceptionOfType(LengthLimitExceededException.class).isThrownBy(() -> read(server));
			server.awaitClosed();
		}
	}

	@Test
	void aBodyThatTurnsOutToBeTooLongIsReadNoFurther() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\n\r\n");
			while (true) {
				peer.send(new byte[1024]);
			}
		})) {
			assertThatExceptionOfType(LengthLimitExceededException.class)
				.isThrownBy(() -> this.reactor.result(new Agent(this.reactor.get()).request("GET", server.uri("/"))
					.compose((response) -> Responses.readBody(response, 100_000))));
			server.awaitClosed();
		}
	}

	@Test
	void aServerThatSendsAByteNowAndThenIsGivenUpInTime() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n");
			while (true) {
				peer.send("x");
			}
		})) {
			Agent agent = Agent.builder(this.reactor.get()).totalTimeout(Duration.ofSeconds(1)).build();
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> this.reactor.result(agent.request("GET", server.uri("/")).compose((response) -> {
					Slow slow = new Slow();
					response.deliverBody(slow);
					return slow.lost;
				})));
		}
	}

	private byte[] read(ScriptedServer server) {
		Deferred<byte[]> body = new Agent(this.reactor.get()).request("GET", server.uri("/"))
			.compose(Responses::readBody);
		return this.reactor.result(body);
	}

	/**
	 * Takes one piece and then no more.
	 */
	private static final class Slow extends dev.twisted.internet.Protocol {

		private final Deferred<byte[]> lost = new Deferred<>();

		@Override
		protected void dataReceived(byte[] data) {
			transport().pauseProducing();
		}

		@Override
		protected void connectionLost(dev.twisted.defer.Failure reason) {
			this.lost.errback(reason);
		}

	}

}
