package dev.twisted.web.client;

import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.ConnectionRefusedException;
import dev.twisted.internet.Consumer;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.ScriptedServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What becomes of bodies whose requests go wrong.
 */
class RequestBodyTests {

	private static final String REFUSED = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n";

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

	@Test
	void aFileIsClosedAlsoIfNobodyEverAsksForIt() throws Exception {
		ScriptedServer server = ScriptedServer.answering(REFUSED);
		server.close();
		assertThatExceptionOfType(ConnectionRefusedException.class).isThrownBy(() -> post(server.uri("/"), file(10)));
		assertThat(next()).isEqualTo("closed");
		for (String uri : new String[] { "no uri at all", "gopher://127.0.0.1/" }) {
			assertThatExceptionOfType(Exception.class).isThrownBy(() -> post(uri, file(10)));
			assertThat(next()).isEqualTo("closed");
		}
	}

	@Test
	void aServerThatClosesWhileABodyIsSentIsTheReasonAndNotWhatIsLeftOfTheBody() throws Exception {
		try (Hasty server = new Hasty("")) {
			assertThatExceptionOfType(ResponseNeverReceived.class)
				.isThrownBy(() -> post(server.uri(), file(50_000_000)));
			assertThat(next()).isEqualTo("closed");
		}
	}

	@Test
	void anAnswerThatDoesNotWaitForTheBodyIsTheAnswerAndTheBodyIsStoppedOnce() throws Exception {
		try (Hasty server = new Hasty(REFUSED)) {
			Endless body = new Endless();
			assertThat(post(server.uri(), body)).isEqualTo(413);
			assertThat(next()).isEqualTo("stopped");
			assertThat(this.events).isEmpty();
		}
	}

	@Test
	void aBodyThatNeverBeginsIsStoppedOnceWhenTheRequestIsCancelled() throws Exception {
		try (ScriptedServer server = new ScriptedServer((request, peer) -> peer.awaitEnd());
				HTTPConnectionPool pool = HTTPConnectionPool.builder(this.reactor.get())
					.maxConnectionsPerHost(1)
					.build()) {
			Agent agent = new Agent(this.reactor.get(), pool);
			Deferred<Response> first = agent.request("GET", server.uri("/"));
			server.request();
			Deferred<Response> second = agent.request("POST", server.uri("/"), new Headers(), new Endless());
			this.reactor.run(() -> {
				second.addErrback((failure) -> null).cancel();
				first.addErrback((failure) -> null).cancel();
			});
			assertThat(next()).isEqualTo("stopped");
			assertThat(this.events).isEmpty();
		}
	}

	private int post(String uri, BodyProducer body) {
		return this.reactor.result(new Agent(this.reactor.get()).request("POST", uri, new Headers(), body)
			.compose((response) -> Responses.readBody(response).addCallback((content) -> response.code())));
	}

	private FileBodyProducer file(int length) {
		return new FileBodyProducer(this.reactor.get(), new ByteArrayInputStream(new byte[length]) {

			@Override
			public void close() {
				RequestBodyTests.this.events.add("closed");
			}

		}, length);
	}

	private String next() throws InterruptedException {
		String next = this.events.poll(20, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	/**
	 * A server that answers, or closes, when it has seen the headers.
	 */
	private static final class Hasty implements AutoCloseable {

		private final ServerSocket listening = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));

		private final CompletableFuture<Socket> accepted = new CompletableFuture<>();

		Hasty(String answer) throws Exception {
			Thread thread = new Thread(() -> {
				try {
					Socket socket = this.listening.accept();
					this.accepted.complete(socket);
					StringBuilder head = new StringBuilder();
					while (head.indexOf("\r\n\r\n") < 0) {
						head.append((char) socket.getInputStream().read());
					}
					socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
					if (answer.isEmpty()) {
						socket.close();
					}
				}
				catch (Exception ex) {
					this.accepted.completeExceptionally(ex);
				}
			});
			thread.setDaemon(true);
			thread.start();
		}

		String uri() {
			return "http://127.0.0.1:%d/".formatted(this.listening.getLocalPort());
		}

		@Override
		public void close() throws Exception {
			this.listening.close();
			this.accepted.get(20, TimeUnit.SECONDS).close();
		}

	}

	/**
	 * A body that does not end by itself.
	 */
	private final class Endless implements BodyProducer {

		@Override
		public long length() {
			return UNKNOWN_LENGTH;
		}

		@Override
		public Deferred<@Nullable Void> startProducing(Consumer consumer) {
			consumer.write("some".getBytes(StandardCharsets.US_ASCII));
			return new Deferred<>();
		}

		@Override
		public void pauseProducing() {
		}

		@Override
		public void resumeProducing() {
		}

		@Override
		public void stopProducing() {
			RequestBodyTests.this.events.add("stopped");
		}

	}

}
