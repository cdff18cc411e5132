package dev.twisted.demo;

import java.util.stream.Collectors;
import java.util.stream.IntStream;

import dev.twisted.boot.test.LocalTwistedPort;
import dev.twisted.defer.Deferred;
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
class QaLineTests {

	@LocalTwistedPort("qa-line")
	private int port;

	@Autowired
	private MoodyRobot robot;

	@Test
	void eachLineIsAQuestionAndItsAnswerIsALine() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			for (String question : new String[] { "hello", "", "世界 😀", "a\rb\nc" }) {
				String answer = "你好，" + question + "\r\n";
				peer.send(question + "\r\n");
				assertThat(peer.receiveAsLongAs(answer)).isEqualTo(answer);
			}
		}
	}

	@Test
	void aLineThatComesByteByByteIsOneQuestion() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			for (byte next : "世界\r\n".getBytes("UTF-8")) {
				peer.send(new byte[] { next });
			}
			assertThat(peer.finish().receiveAllText()).isEqualTo("你好，世界\r\n");
		}
	}

	@Test
	void onePeerAsksManyQuestionsAtOnceAndClosesItsSide() throws Exception {
		String questions = IntStream.range(0, 1000).mapToObj((i) -> i + "\r\n").collect(Collectors.joining());
		String answers = IntStream.range(0, 1000).mapToObj((i) -> "你好，" + i + "\r\n").collect(Collectors.joining());
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.send(questions).finish().receiveAllText()).isEqualTo(answers);
		}
	}

	@Test
	void aPeerThatHasClosedItsSideGetsTheAnswersThatAreStillToCome() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			peer.send("slow\r\n").finish();
			this.robot.slow().callback("at last");
			assertThat(peer.receiveAllText()).isEqualTo("at last\r\n");
		}
	}

	@Test
	void answersLeaveInTheOrderOfTheQuestions() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			peer.send("slow\r\nquick\r\nslow\r\nlast\r\n").finish();
			this.robot.slow().callback("first");
			this.robot.slow().callback("third");
			assertThat(peer.receiveAllText()).isEqualTo("first\r\n你好，quick\r\nthird\r\n你好，last\r\n");
		}
	}

	@Test
	void whoWaitsForAnAnswerHoldsUpNobodyElse() throws Exception {
		try (Peer waiting = new Peer(this.port); Peer other = new Peer(this.port)) {
			waiting.send("slow\r\n").finish();
			Deferred<String> answer = this.robot.slow();
			assertThat(other.send("hi\r\n").finish().receiveAllText()).isEqualTo("你好，hi\r\n");
			answer.callback("done");
			assertThat(waiting.receiveAllText()).isEqualTo("done\r\n");
		}
	}

	@Test
	void whileTheRobotCannotBeReachedTheAnswerSaysWhyInOneLineAndTheConnectionStays() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			peer.send("unreachable\r\nspeechless\r\nbroken\r\nhi\r\n").finish();
			assertThat(peer.receiveAllText()).isEqualTo("ERROR: no route to the robot\r\n"
					+ "ERROR: IllegalStateException\r\nERROR: the robot is broken\r\n你好，hi\r\n");
		}
	}

	@Test
	void anAnswerOfSeveralLinesIsSentAsOne() throws Exception {
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.send("talkative\r\n").finish().receiveAllText()).isEqualTo("one two\r\n");
		}
	}

	@Test
	void theLongestQuestionIsAnsweredAlthoughItsAnswerIsLonger() throws Exception {
		String question = "q".repeat(16384) + "\r\n";
		try (Peer peer = new Peer(this.port)) {
			assertThat(peer.send(question).finish().receiveAllText()).isEqualTo("你好，" + question);
		}
	}

	@Test
	void aQuestionThatIsTooLongClosesThatConnectionAndNoOtherAndTheLogSaysWhy(CapturedOutput log) throws Exception {
		try (Peer other = new Peer(this.port); Peer peer = new Peer(this.port)) {
			peer.send("q".repeat(16385) + "\r\n").awaitEnd();
			assertThat(other.send("hi\r\n").finish().receiveAllText()).isEqualTo("你好，hi\r\n");
		}
		// How much of its end has come by then is up to the network.
		assertThat(log).contains("'qa-line'")
			.containsPattern("is closed: A line of 1638[567] bytes or more was received");
	}

	@Test
	void textThatIsNotUtf8ClosesThatConnectionAndNoOtherAndTheLogSaysWhy(CapturedOutput log) throws Exception {
		try (Peer other = new Peer(this.port); Peer peer = new Peer(this.port)) {
			peer.send("hi\r\n").send(new byte[] { 'a', (byte) 0xff, '\r', '\n' });
			assertThat(peer.receiveAllText()).isEqualTo("你好，hi\r\n");
			assertThat(other.send("hi\r\n").finish().receiveAllText()).isEqualTo("你好，hi\r\n");
		}
		assertThat(log).contains("'qa-line'").containsPattern("is closed: .*UTF-8");
	}

	@Test
	void aClientOnTwistedIsAnswered() throws Exception {
		assertThat(PythonClient.ask("line", this.port, "hello", "", "\\u4e16\\u754c")).containsExactly("你好，hello",
				"你好，", "你好，世界", "LOST ConnectionDone");
	}

}
