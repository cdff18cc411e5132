package dev.twisted.demo;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.twisted.boot.test.LocalTwistedPort;
import dev.twisted.endpoints.TCP4ClientEndpoint;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;

import static org.assertj.core.api.Assertions.assertThat;

@DemoTest
class PbTests {

	@LocalTwistedPort("pb")
	private int port;

	@Test
	void theRealTwistedCallsTheDemo() throws Exception {
		assertThat(PythonClient.run("pb_calls.py", String.valueOf(this.port))).containsExactly(
				"2. 服务端: remote_get_main方法正在执行中....", "3. 服务端: 返回新的远程调用对象给客户端: dev.twisted.demo.Pb$Second", "None",
				"builtins.ValueError bad",
				"builtins.TypeError Pb.remote_fail() missing 1 required positional argument: 'message'",
				"twisted.spread.flavors.NoSuchMethod No such method: remote_missing", "DONE");
	}

	@Test
	void theServerOnThePageIsCalledFromHere(@TempDir Path directory, @Autowired Reactor reactor) throws Exception {
		Path script = Files.writeString(directory.resolve("server.py"),
				onThePage(1)
					.replace("reactor.listenTCP(8800, ", "port = reactor.listenTCP(0, interface='127.0.0.1', factory=")
					.replace("reactor.run()", "print(port.getHost().port, flush=True)\nreactor.run()"));
		Process server = PythonClient.start(script);
		try (BufferedReader said = server.inputReader(StandardCharsets.UTF_8)) {
			int serverPort = Integer.parseInt(said.readLine());
			PBClientFactory factory = new PBClientFactory(reactor);
			reactor.callFromThread(() -> factory.connect(new TCP4ClientEndpoint(reactor, "127.0.0.1", serverPort)));
			List<?> answers = factory.getRootObject()
				.compose((root) -> root.<List<?>>callRemote("get_main", "0. connected", "1. please"))
				.compose((data) -> ((RemoteReference) data.get(2))
					.<Object>callRemote("server2_main", "4. to the other object")
					.addCallback((none) -> data))
				.toCompletableFuture()
				.get(30, TimeUnit.SECONDS);
			factory.disconnect();
			assertThat(answers).hasSize(3).first().isEqualTo("2. the method of the root");
		}
		finally {
			server.destroyForcibly();
		}
	}

	@Test
	void theClientOnThePageCallsTheDemo(@TempDir Path directory) throws Exception {
		String code = onThePage(0).replace("8800", String.valueOf(this.port));
		Path script = Files.writeString(directory.resolve("client.py"), code);
		List<String> said = PythonClient.run(script.toString());
		assertThat(said).hasSize(3).last().isEqualTo("done: None");
		assertThat(said.get(0)).startsWith("2. ");
	}

	/** One of the programs in Python on the page, the first of which is the client. */
	private static String onThePage(int number) throws IOException {
		String page = Files.readString(Path.of("..", "docs", "perspective-broker.md"));
		String after = page.split("```python\n", -1)[number + 1];
		return after.substring(0, after.indexOf("```"));
	}

	@Test
	void aPeerThatSpeaksSomethingElseLosesItsConnection() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.send("GET / HTTP/1.1\r\n\r\n".repeat(10).getBytes()).receiveAll())
				.isEqualTo(new byte[] { 2, (byte) 0x80, 2, (byte) 0x82, 'p', 'b', 4, (byte) 0x82, 'n', 'o', 'n', 'e' });
		}
	}

}
