package dev.twisted.web.interop;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.interop.PythonPeer;
import dev.twisted.web.server.Request;
import dev.twisted.web.server.Resource;
import dev.twisted.web.server.Site;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

/**
 * Our site, and an agent of the real Twisted and curl.
 */
class SiteInteropTests {

	private static final Path CURL = Path.of("/usr/bin/curl");

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	private ListeningPort port;

	@BeforeEach
	void listen() {
		Resource root = new Resource();
		root.putChild("page", new Page());
		root.putChild("later", new Later());
		root.putChild("echo", new Echo());
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress("127.0.0.1", 0), new Site(root), ListenOptions.DEFAULTS));
	}

	@AfterEach
	void close() {
		this.reactor.run(() -> this.port.stopListening());
	}

	@Test
	void anAgentOfTwistedGetsWhatItAsksFor() {
		PythonPeer.requireTwisted();
		try (PythonPeer agent = PythonPeer.start("agent.py", "http://127.0.0.1:" + this.port.getHost().port())) {
			assertThat(agent.lines()).containsExactly("GET /page 200 4 page", "GET /later 200 10 first last",
					"GET /nothing 404 132 <html><head><title>4", "HEAD /page 200 0 ",
					"DELETE /page 405 152 <html><head><title>4", "POST /echo 200 300000 xxxxxxxxxxxxxxxxxxxx");
		}
	}

	@Test
	void curlGetsWhatItAsksFor() throws Exception {
		if (!Files.isExecutable(CURL)) {
			String message = "There is no %s: install the Debian package curl".formatted(CURL);
			if (System.getenv("CI") != null) {
				fail(message);
			}
			Assumptions.abort(message);
		}
		assertThat(curl("/page")).isEqualTo("page");
		assertThat(curl("/later", "--http1.0")).isEqualTo("first last");
		assertThat(curl("/echo", "--data-binary", "x".repeat(5000), "-H", "Expect: 100-continue"))
			.isEqualTo("x".repeat(5000));
		assertThat(curl("/echo", "--data-binary", "chunks", "-H", "Transfer-Encoding: chunked")).isEqualTo("chunks");
		assertThat(curl("/page", "-o", "/dev/null", "-w", "%{http_code} %{num_connects}", "--next", "-s",
				"http://127.0.0.1:" + this.port.getHost().port() + "/page", "-w", "%{num_connects}"))
			.startsWith("200 1")
			.endsWith("0");
	}

	private String curl(String path, String... options) throws Exception {
		List<String> command = new ArrayList<>(List.of(CURL.toString(), "-sS", "--max-time", "20",
				"http://127.0.0.1:" + this.port.getHost().port() + path));
		command.addAll(List.of(options));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		return output;
	}

	private static final class Page extends Resource {

		@Override
		protected byte[] renderGET(Request request) {
			return "page".getBytes(StandardCharsets.US_ASCII);
		}

	}

	private final class Later extends Resource {

		@Override
		protected byte[] renderGET(Request request) {
			request.write("first ".getBytes(StandardCharsets.US_ASCII));
			SiteInteropTests.this.reactor.get().callLater(java.time.Duration.ZERO, () -> {
				request.write("last".getBytes(StandardCharsets.US_ASCII));
				request.finish();
			});
			return NOT_DONE_YET;
		}

	}

	private static final class Echo extends Resource {

		@Override
		protected byte[] renderPOST(Request request) {
			return request.content();
		}

	}

}
