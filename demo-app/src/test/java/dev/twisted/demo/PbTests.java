package dev.twisted.demo;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import dev.twisted.boot.test.LocalTwistedPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
	void theClientOnThePageCallsTheDemo(@TempDir Path directory) throws Exception {
		String page = Files.readString(Path.of("..", "docs", "perspective-broker.md"));
		int start = page.indexOf("```python") + "```python\n".length();
		String code = page.substring(start, page.indexOf("```", start)).replace("8800", String.valueOf(this.port));
		Path script = Files.writeString(directory.resolve("client.py"), code);
		List<String> said = PythonClient.run(script.toString());
		assertThat(said).hasSize(3).last().isEqualTo("done: None");
		assertThat(said.get(0)).startsWith("2. ");
	}

	@Test
	void aPeerThatSpeaksSomethingElseLosesItsConnection() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.send("GET / HTTP/1.1\r\n\r\n".repeat(10).getBytes()).receiveAll())
				.isEqualTo(new byte[] { 2, (byte) 0x80, 2, (byte) 0x82, 'p', 'b', 4, (byte) 0x82, 'n', 'o', 'n', 'e' });
		}
	}

}
