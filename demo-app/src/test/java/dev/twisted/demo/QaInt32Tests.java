package dev.twisted.demo;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import dev.twisted.boot.test.LocalTwistedPort;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;

@DemoTest
@ExtendWith(OutputCaptureExtension.class)
@Import(MoodyRobot.Configuration.class)
class QaInt32Tests {

	@LocalTwistedPort("qa-int32")
	private int port;

	@Autowired
	private MoodyRobot robot;

	@Test
	void eachStringIsAQuestionAndItsAnswerIsAString() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			for (String question : new String[] { "hello", "", "世界 😀", "a\r\nb" }) {
				byte[] answer = strings("你好，" + question);
				peer.send(strings(question));
				assertThat(peer.receive(answer.length)).isEqualTo(answer);
			}
		}
	}

	@Test
	void aStringThatComesByteByByteIsOneQuestion() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			for (byte next : strings("世界")) {
				peer.send(new byte[] { next });
			}
			assertThat(peer.finish().receiveAll()).isEqualTo(strings("你好，世界"));
		}
	}

	@Test
	void answersLeaveInTheOrderOfTheQuestionsAlsoWhenThePeerHasClosedItsSide() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			peer.send(strings("slow", "quick", "slow")).finish();
			this.robot.slow().callback("first");
			this.robot.slow().callback("third");
			assertThat(peer.receiveAll()).isEqualTo(strings("first", "你好，quick", "third"));
		}
	}

	@Test
	void whileTheRobotCannotBeReachedTheAnswerSaysWhyInOneLineAndTheConnectionStays() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			peer.send(strings("unreachable", "broken", "hi")).finish();
			assertThat(peer.receiveAll())
				.isEqualTo(strings("ERROR: no route to the robot", "ERROR: the robot is broken", "你好，hi"));
		}
	}

	@Test
	void theLongestQuestionIsAnsweredAlthoughItsAnswerIsLonger() throws Exception {
		String question = "q".repeat(99999);
		try (Peer peer = new Peer(this.port)) {
			byte[] answer = peer.send(strings(question)).finish().receiveAll();
			assertThat(Arrays.equals(answer, strings("你好，" + question))).isTrue();
		}
	}

	@Test
	void aQuestionThatIsTooLongClosesTheConnectionAsSoonAsItIsAnnouncedAndTheLogSaysWhy(CapturedOutput log)
			throws Exception {
		for (int length : new int[] { 100_000, Integer.MAX_VALUE, -1 }) {
			try (Peer peer = new Peer(this.port)) {
				peer.send(strings("hi")).send(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
				assertThat(peer.receiveAll()).isEqualTo(strings("你好，hi"));
			}
			assertThat(log).contains("'qa-int32'")
				.contains("is closed: A string of %d bytes".formatted(Integer.toUnsignedLong(length)));
		}
	}

	@Test
	void textThatIsNotUtf8ClosesThatConnectionAndNoOtherAndTheLogSaysWhy(CapturedOutput log) throws Exception {
		try (Peer other = new Peer(this.port); Peer peer = new Peer(this.port)) {
			peer.send(strings("hi")).send(new byte[] { 0, 0, 0, 1, (byte) 0xff });
			assertThat(peer.receiveAll()).isEqualTo(strings("你好，hi"));
			assertThat(other.send(strings("hi")).finish().receiveAll()).isEqualTo(strings("你好，hi"));
		}
		assertThat(log).contains("'qa-int32'").containsPattern("is closed: .*UTF-8");
	}

	@Test
	void aClientOnTwistedIsAnswered() throws Exception {
		assertThat(PythonClient.ask("int32", this.port, "hello", "", "\\u4e16\\u754c")).containsExactly("你好，hello",
				"你好，", "你好，世界", "LOST ConnectionDone");
	}

	private static byte[] strings(String... texts) {
		ByteArrayOutputStream strings = new ByteArrayOutputStream();
		for (String text : texts) {
			byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
			strings.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
			strings.writeBytes(bytes);
		}
		return strings.toByteArray();
	}

}
