package dev.twisted.demo;

import dev.twisted.boot.test.LocalTwistedPort;
import org.junit.jupiter.api.Test;
import org.springframework.test.context.TestPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A robot where nobody listens.
 */
@DemoTest
@TestPropertySource(properties = "demo.robot.url=http://127.0.0.1:1/robot")
class UnreachableRobotTests {

	@LocalTwistedPort("qa-line")
	private int port;

	@Test
	void theAnswerSaysWhyInOneLineAndTheConnectionStays() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			String answer = "ERROR: POST http://127.0.0.1:1/robot: connection refused\r\n";
			peer.send("one\r\ntwo\r\n").finish();
			assertThat(peer.receiveAllText()).isEqualTo(answer + answer);
		}
	}

}
