package dev.twisted.web.server;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.Headers;
import dev.twisted.web.client.Agent;
import dev.twisted.web.client.BodyProducer;
import dev.twisted.web.client.BytesBodyProducer;
import dev.twisted.web.client.Responses;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class SiteTests {

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

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
		root.putChild("forgetful", new Forgetful());
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress("127.0.0.1", 0), new Site(root, 1000), ListenOptions.DEFAULTS));
	}

	@AfterEach
	void close() {
		this.reactor.run(() -> this.port.stopListening());
	}

	@Test
	void aResourceIsFoundByItsPathAndRendersItsBody() throws Exception {
		Answer response = get("/page?x=1");
		assertThat(response.statusCode()).isEqualTo(200);
		assertThat(response.body()).isEqualTo("page");
		assertThat(response.header("Content-Type")).isEqualTo("text/html");
		assertThat(response.header("Content-Length")).isEqualTo("4");
		assertThat(get("/").body()).isEqualTo("root");
	}

	@Test
	void whatIsNotThereIsNotFound() throws Exception {
		assertThat(get("/nothing/here").statusCode()).isEqualTo(404);
		assertThat(get("/page/").statusCode()).isEqualTo(404);
	}

	@Test
	void aLeafGetsWhatIsLeftOfThePath() throws Exception {
		assertThat(get("/leaf/a%20b//c").body()).isEqualTo("[leaf] [a b, , c]");
	}

	@Test
	void aMethodThatIsNotAnsweredIsNotAllowedAndOneThatIsNotKnownIsNotImplemented() throws Exception {
		Answer response = send("POST", "/page", "");
		assertThat(response.statusCode()).isEqualTo(405);
		assertThat(response.header("Allow")).isEqualTo("GET, HEAD");
		assertThat(send("BREW", "/page", "").statusCode()).isEqualTo(501);
	}

	@Test
	void aHeadHasTheHeadersOfAGetAndNoBody() throws Exception {
		Answer response = send("HEAD", "/page", "");
		assertThat(response.header("Content-Length")).isEqualTo("4");
		assertThat(response.body()).isEmpty();
	}

	@Test
	void aFormHasItsFields() throws Exception {
		Answer response = send("POST", "/form?a=1", "a=2&b=%E4%BD%A0");
		assertThat(response.statusCode()).isEqualTo(302);
		assertThat(response.header("Location")).isEqualTo("/elsewhere");
		assertThat(response.body()).isEqualTo("{a=[1, 2], b=[你]}");
	}

	@Test
	void aMethodThatIsThereAndReturnsNothingIsAnErrorAndNotUnknown() throws Exception {
		Answer response = get("/forgetful");
		assertThat(response.statusCode()).isEqualTo(500);
		assertThat(response.header("Allow")).isNull();
	}

	@Test
	void whatGoesWrongIsAnErrorPageAndTheConnectionGoesOn() throws Exception {
		try (Socket socket = connect("GET /broken HTTP/1.1\r\nHost: x\r\n\r\n"
				+ "GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 500 ")
				.contains("Processing Failed")
				.endsWith("\r\n\r\npage");
		}
	}

	@Test
	void whatIsNotDoneYetIsWrittenLaterInChunks() throws Exception {
		try (Socket socket = connect(
				"GET /later HTTP/1.1\r\nHost: x\r\n\r\nGET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
			Request request = this.pending.poll(20, TimeUnit.SECONDS);
			this.reactor.run(() -> {
				request.write("one".getBytes());
				request.write("two".getBytes());
				request.finish();
			});
			String all = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(all).contains("Transfer-Encoding: chunked\r\n",
					"\r\n\r\n3\r\none\r\n3\r\ntwo\r\n0\r\n\r\nHTTP/1.1 200 OK");
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

	private Answer get(String path) {
		return send("GET", path, "");
	}

	private Answer send(String method, String path, String form) {
		Headers headers = new Headers();
		BodyProducer body = null;
		if (!form.isEmpty()) {
			headers.setRawHeader("Content-Type", "application/x-www-form-urlencoded");
			body = new BytesBodyProducer(form);
		}
		String uri = "http://127.0.0.1:%d%s".formatted(this.port.getHost().port(), path);
		return this.reactor.result(new Agent(this.reactor.get()).request(method, uri, headers, body)
			.compose((response) -> Responses.readBody(response)
				.addCallback((content) -> new Answer(response.code(), response.headers(),
						new String(content, StandardCharsets.UTF_8)))));
	}

	private static Resource page(String text) {
		return new Resource() {

			@Override
			protected byte[] renderGET(Request request) {
				return text.getBytes(StandardCharsets.UTF_8);
			}

		};
	}

	private record Answer(int statusCode, Headers headers, String body) {

		String header(String name) {
			return this.headers.getRawHeader(name);
		}

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

	private static final class Forgetful extends Resource {

		@Override
		protected byte[] renderGET(Request request) {
			return null;
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
