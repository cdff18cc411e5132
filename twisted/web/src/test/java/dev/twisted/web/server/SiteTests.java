package dev.twisted.web.server;

import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.ConnectionLimits;
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
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
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
		root.putChild("unchanged", new Unchanged());
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
		assertThat(told.poll(20, TimeUnit.SECONDS)).isEqualTo("ConnectionLost");
		assertThatIllegalStateException().isThrownBy(() -> this.reactor.run(request::finish));
	}

	@Test
	void whoAsksForTheEndAfterItIsToldAtOnce() throws Exception {
		Request gone;
		try (Socket socket = connect("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")) {
			Request request = this.pending.poll(20, TimeUnit.SECONDS);
			this.reactor.run(request::notifyFinish);
			this.reactor.run(request::finish);
			this.reactor.result(this.reactor.call(request::notifyFinish));
			socket.getOutputStream()
				.write("GET /later HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			gone = this.pending.poll(20, TimeUnit.SECONDS);
			this.reactor.run(() -> gone.notifyFinish().addErrback((failure) -> null));
		}
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> this.reactor.result(this.reactor.call(gone::notifyFinish)));
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> this.reactor.result(this.reactor.call(gone::notifyFinish)));
	}

	@Test
	void whoIsWatchedAndSendsOnIsReadNoFurtherThanItTakesToWatch() throws Exception {
		try (Socket socket = connect("GET /later HTTP/1.1\r\nHost: x\r\n\r\n")) {
			Request request = this.pending.poll(20, TimeUnit.SECONDS);
			Deferred<Void> end = this.reactor.call(request::notifyFinish);
			String next = "GET /page HTTP/1.1\r\nHost: x\r\n\r\n";
			byte[] many = next.repeat(2000).getBytes(StandardCharsets.US_ASCII);
			Thread writer = new Thread(() -> {
				try {
					socket.getOutputStream().write(many);
				}
				catch (java.io.IOException ex) {
					// The test is over.
				}
			});
			writer.setDaemon(true);
			writer.start();
			this.reactor.run(request::finish);
			this.reactor.result(end);
			String answer = "page";
			byte[] buffer = new byte[8192];
			int pages = 0;
			StringBuilder seen = new StringBuilder();
			while (pages < 2000) {
				int length = socket.getInputStream().read(buffer);
				assertThat(length).isPositive();
				seen.append(new String(buffer, 0, length, StandardCharsets.US_ASCII));
				for (int at = seen.indexOf(answer); at >= 0; at = seen.indexOf(answer)) {
					seen.delete(0, at + answer.length());
					pages++;
				}
			}
		}
	}

	@Test
	void aStatusWithoutABodyHasNoneWhateverIsWritten() throws Exception {
		try (Socket socket = connect("GET /unchanged HTTP/1.1\r\nHost: x\r\n\r\n"
				+ "GET /page HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.startsWith("HTTP/1.1 304 ")
				.doesNotContain("unwanted")
				.containsPattern("\r\n\r\nHTTP/1.1 200 OK\r\n")
				.endsWith("\r\n\r\npage");
		}
	}

	@Test
	void aPercentSignThatEscapesNothingStandsForItself() throws Exception {
		try (Socket socket = connect("POST /form?a=100% HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
				+ "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 11\r\n\r\nb=%zz&c=%41")) {
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
				.endsWith("\r\n\r\n{a=[100%], b=[%zz], c=[A]}");
		}
	}

	@Test
	void aCookieThatWouldHaveAttributesOfOthersIsRefused() throws Exception {
		try (Socket socket = connect("GET /later HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")) {
			Request request = this.pending.poll(20, TimeUnit.SECONDS);
			assertThatIllegalArgumentException().isThrownBy(() -> request.addCookie("id", "1; Domain=example.com"));
			assertThatIllegalArgumentException().isThrownBy(() -> request.addCookie("id=2; a", "1"));
			assertThatIllegalArgumentException().isThrownBy(() -> request.addCookie("id", "1\r\nX: y"));
			this.reactor.run(() -> {
				request.addCookie("id", "1");
				request.finish();
			});
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
				.contains("Set-Cookie: id=1\r\n");
		}
	}

	@Test
	void segmentsThatLeadUpAreNamesLikeAnyOther() throws Exception {
		assertThat(send("GET", "/leaf/..%2f%2e%2e/x", "").body()).isEqualTo("[leaf] [../.., x]");
		assertThat(get("/page%2f..").statusCode()).isEqualTo(404);
	}

	@Test
	void aRequestThatComesByteByByteIsGivenUpInTimeIfThereIsALimit() throws Exception {
		this.reactor.run(() -> this.port.setLimits(ConnectionLimits.NONE.withFrameTimeout(Duration.ofMillis(300))));
		try (Socket socket = connect("GET /page HTTP/1.1\r\nHost: x\r\n\r\nGET /pa")) {
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).endsWith("page");
		}
		try (Socket socket = connect("POST /form HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nsome")) {
			assertThat(socket.getInputStream().readAllBytes()).isEmpty();
		}
	}

	@Test
	void whatAnnouncesTwoLengthsOrNoneThatIsOneIsRefused() throws Exception {
		for (String lengths : new String[] { "Content-Length: 1\r\nContent-Length: 2", "Content-Length: -1",
				"Content-Length: x", "Transfer-Encoding: chunked\r\n\r\nzz" }) {
			try (Socket socket = connect("POST /form HTTP/1.1\r\nHost: x\r\n%s\r\n\r\n".formatted(lengths))) {
				assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)).as(lengths)
					.startsWith("HTTP/1.1 400 ");
			}
		}
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

	private static final class Unchanged extends Resource {

		@Override
		protected byte[] renderGET(Request request) {
			request.setResponseCode(304);
			return "unwanted".getBytes(StandardCharsets.US_ASCII);
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
