package dev.twisted.protocols;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.netty.EveryTransport;
import dev.twisted.internet.netty.RunningReactor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * Peers that ask and close their side at once.
 */
@EveryTransport
class LastAnswersTests {

	@RegisterExtension
	private final RunningReactor reactor;

	private final BlockingQueue<Question> questions = new LinkedBlockingQueue<>();

	private final BlockingQueue<Failure> reasons = new LinkedBlockingQueue<>();

	private volatile Oracle oracle;

	private ListeningPort port;

	private Socket peer;

	LastAnswersTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@BeforeEach
	void connect() throws Exception {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Factory.forProtocol(Oracle::new),
					50));
		this.peer = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port());
		this.peer.setSoTimeout(20_000);
	}

	@AfterEach
	void disconnect() throws Exception {
		this.peer.close();
		this.reactor.result(this.reactor.call(this.port::stopListening));
	}

	@Test
	void whatWasAskedBeforeTheEndIsAnsweredAndThenTheConnectionCloses() throws Exception {
		this.peer.getOutputStream().write("one\r\ntwo\r\nthree\r\n".getBytes(UTF_8));
		this.peer.shutdownOutput();
		for (String answer : new String[] { "1", "2", "3" }) {
			Question question = next(this.questions);
			assertThat(this.reasons).isEmpty();
			this.reactor.run(() -> question.answer.callback(question.text + "=" + answer));
		}
		assertThat(this.peer.getInputStream().readAllBytes()).asString().isEqualTo("one=1\r\ntwo=2\r\nthree=3\r\n");
		assertThat(next(this.reasons)).isSameAs(ConnectionDone.FAILURE);
	}

	@Test
	void answersFromOtherThreadsGoOnOnTheLoop() throws Exception {
		this.peer.getOutputStream().write("one\r\ntwo\r\n".getBytes(UTF_8));
		this.peer.shutdownOutput();
		for (int i = 0; i < 2; i++) {
			Question question = next(this.questions);
			assertThat(question.thread).isNotSameAs(Thread.currentThread());
			question.answer.callback(question.text);
		}
		assertThat(this.peer.getInputStream().readAllBytes()).asString().isEqualTo("one\r\ntwo\r\n");
	}

	@Test
	void aPeerThatClosesItsSideWithNothingPendingIsClosed() throws Exception {
		this.peer.getOutputStream().write("unfinished".getBytes(UTF_8));
		this.peer.shutdownOutput();
		assertThat(this.peer.getInputStream().readAllBytes()).isEmpty();
		assertThat(next(this.reasons)).isSameAs(ConnectionDone.FAILURE);
	}

	@Test
	void aQuestionThatFailsClosesTheConnectionAndIsLogged() throws Exception {
		this.reactor.expectErrors(1);
		this.peer.getOutputStream().write("one\r\ntwo\r\n".getBytes(UTF_8));
		Question question = next(this.questions);
		this.reactor.run(() -> question.answer.errback(new IllegalStateException("no answer")));
		assertThat(next(this.reasons).value()).hasMessage("no answer");
		assertThat(this.peer.getInputStream().readAllBytes()).isEmpty();
		assertThat(this.questions).isEmpty();
	}

	@Test
	void badInputClosesTheConnectionWithItsReasonAndIsNoErrorOfOurs() throws Exception {
		this.peer.getOutputStream().write(new byte[] { (byte) 0xFF, '\r', '\n' });
		assertThat(next(this.reasons).value()).isInstanceOf(FramingException.class);
		assertThat(this.peer.getInputStream().readAllBytes()).isEmpty();
	}

	@Test
	void aPeerThatNeverStopsAskingIsNotReadWhileItWaits() throws Exception {
		CountDownLatch sent = new CountDownLatch(1);
		int total = 64 * 1024 * 1024;
		Thread flood = new Thread(() -> {
			try {
				byte[] lines = "question\r\n".repeat(10_000).getBytes(UTF_8);
				for (int i = 0; i < total; i += lines.length) {
					this.peer.getOutputStream().write(lines);
				}
				sent.countDown();
			}
			catch (IOException ex) {
				// The test is over.
			}
		});
		flood.start();
		next(this.questions);
		assertThat(sent.await(300, TimeUnit.MILLISECONDS)).isFalse();
		assertThat(this.questions).isEmpty();
		this.peer.close();
		flood.join();
		this.reactor.run(() -> this.oracle.transport().abortConnection());
		next(this.reasons);
	}

	private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
		T next = queue.poll(10, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	private record Question(String text, Deferred<String> answer, Thread thread) {

	}

	private final class Oracle extends LineReceiver {

		@Override
		protected void connectionMade() {
			LastAnswersTests.this.oracle = this;
		}

		@Override
		protected void lineReceived(String text) {
			Question question = new Question(text, new Deferred<>(), Thread.currentThread());
			waitFor(question.answer.doOnCallback(this::sendLine));
			LastAnswersTests.this.questions.add(question);
		}

		@Override
		protected void connectionLost(Failure reason) {
			LastAnswersTests.this.reasons.add(reason);
		}

	}

}
