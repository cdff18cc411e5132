package dev.twisted.protocols;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;

import dev.twisted.defer.Deferred;
import org.junit.jupiter.api.Test;

import static dev.twisted.protocols.FakeTransport.receive;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Frames whose answers take their time.
 */
class OneAtATimeTests {

	private final Questions questions = new Questions();

	private final FakeTransport transport = FakeTransport.connect(this.questions);

	@Test
	void theNextFrameWaitsForTheDeferredOfTheOneBefore() {
		receive(this.questions, "one\r\ntwo\r\nthree\r\n");
		assertThat(this.questions.asked).containsExactly("one");
		answer("1");
		assertThat(this.questions.asked).containsExactly("one", "two");
		answer("2");
		answer("3");
		assertThat(this.transport.written()).isEqualTo("1\r\n2\r\n3\r\n");
	}

	@Test
	void nothingIsReadWhileADeferredIsWaitedFor() {
		receive(this.questions, "one\r\ntwo\r\n");
		assertThat(this.transport.paused).isTrue();
		answer("1");
		assertThat(this.transport.paused).isTrue();
		answer("2");
		assertThat(this.transport.paused).isFalse();
	}

	@Test
	void aDeferredThatHasFiredHoldsNothingUp() {
		LineReceiver ready = new LineReceiver() {

			@Override
			protected void lineReceived(String line) {
				waitFor(Deferred.succeed(line).doOnCallback(this::sendLine));
			}

		};
		FakeTransport open = FakeTransport.connect(ready);
		receive(ready, "x\r\n".repeat(100_000));
		assertThat(open.written()).isEqualTo("x\r\n".repeat(100_000));
		assertThat(open.paused).isFalse();
	}

	@Test
	void aDeferredThatFailsClosesTheConnectionWithThatReason() {
		receive(this.questions, "one\r\ntwo\r\n");
		this.questions.pending.remove().errback(new IllegalStateException("no answer"));
		this.transport.turn();
		assertThat(this.transport.reason.value()).hasMessage("no answer");
		assertThat(this.questions.asked).containsExactly("one");
	}

	@Test
	void aDeferredThatHasFailedClosesTheConnectionWithThatReason() {
		LineReceiver failing = new LineReceiver() {

			@Override
			protected void lineReceived(String line) {
				sendLine(line);
				waitFor(Deferred.fail(new IllegalStateException("no answer")));
			}

		};
		FakeTransport open = FakeTransport.connect(failing);
		receive(failing, "one\r\ntwo\r\n");
		open.turn();
		assertThat(open.written()).isEqualTo("one\r\n");
		assertThat(open.reason.value()).hasMessage("no answer");
	}

	@Test
	void allThatAHandlerWaitsForMustBeDone() {
		Deferred<String> first = new Deferred<>();
		Deferred<String> second = new Deferred<>();
		List<String> received = new ArrayList<>();
		LineReceiver both = new LineReceiver() {

			@Override
			protected void lineReceived(String line) {
				received.add(line);
				if (line.equals("both")) {
					waitFor(first);
					waitFor(second);
				}
			}

		};
		FakeTransport open = FakeTransport.connect(both);
		receive(both, "both\r\nnext\r\n");
		second.callback("done");
		open.turn();
		assertThat(received).containsExactly("both");
		first.callback("done");
		open.turn();
		assertThat(received).containsExactly("both", "next");
	}

	@Test
	void aPauseOutlastsTheDeferred() {
		receive(this.questions, "one\r\ntwo\r\n");
		this.questions.pauseProducing();
		answer("1");
		assertThat(this.questions.asked).containsExactly("one");
		assertThat(this.transport.paused).isTrue();
		this.questions.resumeProducing();
		assertThat(this.questions.asked).containsExactly("one", "two");
	}

	@Test
	void resumingDoesNotOvertakeTheDeferred() {
		receive(this.questions, "one\r\ntwo\r\n");
		this.questions.pauseProducing();
		this.questions.resumeProducing();
		assertThat(this.questions.asked).containsExactly("one");
		assertThat(this.transport.paused).isTrue();
	}

	@Test
	void aConnectionThatIsClosedMeanwhileAsksNoMore() {
		receive(this.questions, "one\r\ntwo\r\n");
		this.transport.loseConnection();
		answer("1");
		assertThat(this.questions.asked).containsExactly("one");
	}

	@Test
	void aHundredThousandFramesThatWaitNeedNoStack() {
		receive(this.questions, "x\r\n".repeat(100_000));
		for (int i = 0; i < 100_000; i++) {
			answer("y");
		}
		assertThat(this.transport.written()).hasSize(300_000);
	}

	private void answer(String answer) {
		this.questions.pending.remove().callback(answer);
		this.transport.turn();
	}

	private static final class Questions extends LineReceiver {

		private final List<String> asked = new ArrayList<>();

		private final Queue<Deferred<String>> pending = new ArrayDeque<>();

		@Override
		protected void lineReceived(String question) {
			this.asked.add(question);
			Deferred<String> answer = new Deferred<>();
			this.pending.add(answer);
			waitFor(answer.doOnCallback(this::sendLine));
		}

	}

}
