package dev.twisted.web.client;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

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
	void lengthsThatContradictEachOtherOrAreNoneHaveFailed() throws Exception {
		for (String lengths : new String[] { "Content-Length: 5\r\nContent-Length: 6", "Content-Length: -1",
				"Content-Length: five", "Content-Length: 5, 6" }) {
			try (ScriptedServer server = ScriptedServer
				.answering("HTTP/1.1 200 OK\r\n%s\r\n\r\nhello".formatted(lengths))) {
				assertThatExceptionOfType(ResponseFailed.class).as(lengths).isThrownBy(() -> read(server));
			}
		}
	}

	@Test
	void aHeaderThatCannotBeOneHasFailedAndItsConnectionIsClosed() throws Exception {
		for (String header : new String[] { "X-Bell: a\u0007b", "X\u0000: b", ": b" }) {
			try (ScriptedServer server = new ScriptedServer((request, peer) -> {
				peer.send("HTTP/1.1 200 OK\r\n%s\r\nContent-Length: 5\r\n\r\nhello".formatted(header));
				peer.awaitEnd();
			}); HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get())) {
				Agent agent = new Agent(this.reactor.get(), pool);
				assertThatExceptionOfType(ResponseFailed.class).as(header)
					.isThrownBy(() -> this.reactor
						.result(agent.request("GET", server.uri("/")).compose(Responses::readBody)));
				server.awaitClosed();
			}
		}
	}

	@Test
	void whatComesWhereThereIsNoBodyIsNotTheNextAnswer() throws Exception {
		String evil = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil";
		for (String empty : new String[] { "204 No Content\r\n", "304 Not Modified\r\nContent-Length: 4\r\n",
				"200 OK\r\nContent-Length: 0\r\n" }) {
			try (ScriptedServer server = new ScriptedServer((request,
					peer) -> peer.send(request.startsWith("GET /one") ? "HTTP/1.1 %s\r\n%s".formatted(empty, evil)
							: "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood"));
					HTTPConnectionPool pool = new HTTPConnectionPool(this.reactor.get())) {
				Agent agent = new Agent(this.reactor.get(), pool);
				byte[] nothing = this.reactor
					.result(agent.request("GET", server.uri("/one")).compose(Responses::readBody));
				assertThat(nothing).isEmpty();
				byte[] next = this.reactor
					.result(agent.request("GET", server.uri("/two")).compose(Responses::readBody));
				assertThat(next).asString().isEqualTo("good");
			}
		}
	}

	@Test
	void aBodyThatIsWantedTooLateIsTheTimeoutAndNotForgotten() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
			peer.awaitEnd();
		})) {
			Agent agent = Agent.builder(this.reactor.get()).totalTimeout(Duration.ofMillis(300)).build();
			Response response = this.reactor.result(agent.request("GET", server.uri("/")));
			server.awaitClosed();
			assertThatExceptionOfType(TimeoutException.class)
				.isThrownBy(() -> this.reactor.result(Responses.readBody(response)));
		}
	}

	@Test
	void aReactorThatStopsLeavesNobodyWaiting() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> {
			if (request.startsWith("GET /some")) {
				peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome");
			}
			peer.awaitEnd();
		})) {
			Agent agent = new Agent(this.reactor.get());
			CompletableFuture<byte[]> answer = agent.request("GET", server.uri("/"))
				.compose(Responses::readBody)
				.toCompletableFuture();
			server.request();
			Response begun = this.reactor.result(agent.request("GET", server.uri("/some")));
			CompletableFuture<byte[]> body = Responses.readBody(begun).toCompletableFuture();
			this.reactor.stop();
			for (CompletableFuture<byte[]> left : List.of(answer, body)) {
				assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> left.get(20, TimeUnit.SECONDS));
			}
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
