package dev.twisted.web.server;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.netty.RunningReactor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SiteTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

	private final BlockingQueue<Request> pending = new LinkedBlockingQueue<>();

	private ListeningPort port;

	@BeforeEach
	void listen() {
		Resource root = new Resource();
		root.putChild("", page("root"));
		root.putChild("page", page("page"));
		root.putChild("leaf", new Leaf());
		root.putChild("later", new Later());
		root.putChild("form", new Form());
		root.putChild("broken", new Broken());
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress("127.0.0.1", 0), new Site(root, 1000), ListenOptions.DEFAULTS));
	}

	@AfterEach
	void close() {
		this.reactor.result(this.port.stopListening());
	}

	@Test
	void aResourceIsFoundByItsPathAndRendersItsBody() throws Exception {
		HttpResponse<String> response = send(request("/page?x=1"));
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("page");
		assertThat(response.headers().firstValue("Content-Type")).hasValue("text/html");
		assertThat(response.headers().firstValue("Content-Length")).hasValue("4");
		assertThat(send(request("/")).body()).isEqualTo("root");
	}

	@Test
	void whatIsNotThereIsNotFound() throws Exception {
		assertThat(send(request("/nothing/here")).statusCode()).isEqualTo(404);
		assertThat(send(request("/page/")).statusCode()).isEqualTo(404);
	}

	@Test
	void aLeafGetsWhatIsLeftOfThePath() throws Exception {
		assertThat(send(request("/leaf/a%20b//c")).body()).isEqualTo("[leaf] [a b, , c]");
	}

	@Test
	void aMethodThatIsNotAnsweredIsNotAllowedAndOneThatIsNotKnownIsNotImplemented() throws Exception {
		HttpResponse<String> response = send(request("/page").POST(BodyPublishers.noBody()));
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.headers().firstValue("Allow")).hasValue("GET, HEAD");
		assertThat(send(request("/page").method("BREW", BodyPublishers.noBody())).statusCode()).isEqualTo(501);
	}

	@Test
	void aHeadHasTheHeadersOfAGetAndNoBody() throws Exception {
		HttpResponse<String> response = send(request("/page").method("HEAD", BodyPublishers.noBody()));
		assertThat(response.headers().firstValue("Content-Length")).hasValue("4");
		assertThat(response.body()).isEmpty();
	}

	@Test
	void aFormHasItsFields() throws Exception {
		HttpResponse<String> response = send(request("/form?a=1").header("Content-Type",
				"application/x-www-form-urlencoded")
			.POST(BodyPublishers.ofString("a=2&b=%E4%BD%A0")));
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(response.headers().firstValue("Location")).hasValue("/elsewhere");
		assertThat(response.body()).isEqualTo("{a=[1, 2], b=[你]}");
	}

	@Test
	void whatGoesWrongIsAnErrorPageAndTheConnectionGoesOn() throws Exception {
		assertThat(send(request("/broken")).statusCode()).isEqualTo(500);
		assertThat(send(request("/page")).statusCode()).isEqualTo(200);
	}

	@Test
	void whatIsNotDoneYetIsWrittenLaterInChunks() throws Exception {
		try (Socket socket = connect("GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
			Request request = this.pending.poll(20, TimeUnit.SECONDS);
			this.reactor.run(() -> {
				request.write("one".getBytes());
				request.write("two".getBytes());
				request.finish();
			});
			String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(all).contains("Transfer-Encoding: chunked\r\n", "\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200 OK");
			assertThat(all).endsWith("\r\n\r\npage");
		}
	}

	@Test
	void whoAnswersAClientThatIsGoneIsTold() throws Exception {
		BlockingQueue<String> told = new LinkedBlockingQueue<>();
		Request request;
		try (Socket socket = connect("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")) {
			request = this.pending.poll(20, TimeUnit.SECONDS);
			this.reactor.run(() -> request.notifyFinish().addErrback((failure) -> {
				told.add(failure.type().getSimpleName());
				return null;
			}));
			socket.setSoLinger(true, 0);
		}
		// Nothing is read while a request is being answered, so writing has to find out.
		this.reactor.run(() -> request.write(new byte[1 << 20]));
		assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("ConnectionLost");
		assertThatIllegalStateException().isThrownBy(() -> this.reactor.run(request::finish));
	}

	@Test
	void aBodyThatIsTooLargeIsRefused() throws Exception {
		try (Socket socket = connect("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 1001\r\n\r\n")) {
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 413 ");
		}
		try (Socket socket = connect(
				"POST /form HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n7d0\r\n" + "x".repeat(2000))) {
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 413 ");
		}
	}

	@Test
	void whatIsNoHttpIsRefused() throws Exception {
		for (String nonsense : new String[] { "hello\r\n\r\n", "GET / HTTP/1.1\r\n: x\r\n\r\n",
				"GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n" }) {
			try (Socket socket = connect(nonsense)) {
				assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
					.startsWith("HTTP/1.1 400 ");
			}
		}
	}

	@Test
	void anOldClientGetsABodyThatTheEndOfTheConnectionEnds() throws Exception {
		try (Socket socket = connect("GET /later HTTP/1.0\r\n\r\n")) {
			Request request = this.pending.poll(20, TimeUnit.SECONDS);
			this.reactor.run(() -> {
				request.write("old".getBytes());
				request.finish();
			});
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.contains("Connection: close")
				.endsWith("\r\n\r\nold");
		}
	}

	private Socket connect(String request) throws Exception {
		Socket socket = new Socket("127.0.0.1", this.port.getHost().port());
		socket.setSoTimeout(20_000);
		socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
		return socket;
	}

	private HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(this.port.getHost().port(), path)))
			.timeout(Duration.ofSeconds(20));
	}

	private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		HttpResponse<String> response = this.client.send(request.build(), BodyHandlers.ofString());
		return response;
	}

	private static Resource page(String text) {
		return new Resource() {

			@Override
			protected byte[] renderGET(Request request) {
				return text.getBytes(StandardCharsets.UTF_8);
			}

		};
	}

	private static final class Leaf extends Resource {

		@Override
		public boolean isLeaf() {
			return true;
		}

		@Override
		protected byte[] renderGET(Request request) {
			return (request.prepath() + " " + request.postpath()).getBytes(StandardCharsets.UTF_8);
		}

	}

	private static final class Form extends Resource {

		@Override
		protected byte[] renderPOST(Request request) {
			request.redirect("/elsewhere");
			return request.args().toString().getBytes(StandardCharsets.UTF_8);
		}

	}

	private static final class Broken extends Resource {

		@Override
		protected byte[] renderGET(Request request) {
			throw new IllegalStateException("broken");
		}

	}

	private final class Later extends Resource {

		@Override
		protected byte[] renderGET(Request request) {
			SiteTests.this.pending.add(request);
			return NOT_DONE_YET;
		}

	}

}
