package dev.twisted.web.client;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.twisted.defer.Failure;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.netty.RunningReactor;
import dev.twisted.web.ScriptedServer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class BodyDeliveryTests {

	private static final long LENGTH = 64L << 20;

	@RegisterExtension
	final RunningReactor reactor = new RunningReactor(EventLoopModel.AUTO);

	private final AtomicLong sent = new AtomicLong();

	private final BlockingQueue<String> events = new LinkedBlockingQueue<>();

	private long received;

	@Test
	void nothingIsReadBeforeTheBodyIsWantedAndNothingWhileItIsPaused() throws Exception {
		try (ScriptedServer server = flood()) {
			Response response = this.reactor.result(new Agent(this.reactor.get()).request("GET", server.uri("/")));
			awaitStandstill();
			long unwanted = this.sent.get();
			assertThat(unwanted).isLessThan(LENGTH / 2);
			Taker taker = new Taker();
			this.reactor.run(() -> response.deliverBody(taker));
			assertThat(next()).isEqualTo("paused");
			awaitStandstill();
			assertThat(this.sent.get()).isLessThan(LENGTH);
			this.reactor.run(() -> {
				taker.patient = true;
				taker.transport().resumeProducing();
			});
			assertThat(next()).isEqualTo("ResponseDone");
			assertThat(this.received).isEqualTo(LENGTH);
			assertThatIllegalStateException().isThrownBy(() -> response.deliverBody(new Taker()));
		}
	}

	@Test
	void anExceptionOfTheProtocolClosesTheConnectionAndIsItsReason() throws Exception {
		this.reactor.expectErrors(1);
		try (ScriptedServer server = flood()) {
			Response response = this.reactor.result(new Agent(this.reactor.get()).request("GET", server.uri("/")));
			this.reactor.run(() -> response.deliverBody(new Protocol() {

				@Override
				protected void dataReceived(byte[] data) {
					throw new IllegalStateException("thrown");
				}

				@Override
				protected void connectionLost(Failure reason) {
					BodyDeliveryTests.this.events.add(reason.getErrorMessage());
				}

			}));
			assertThat(next()).isEqualTo("thrown");
			server.awaitClosed();
		}
	}

	@Test
	void aTransportThatIsLostGivesTheRestUp() throws Exception {
		try (ScriptedServer server = flood()) {
			Response response = this.reactor.result(new Agent(this.reactor.get()).request("GET", server.uri("/")));
			Taker taker = new Taker();
			this.reactor.run(() -> response.deliverBody(taker));
			assertThat(next()).isEqualTo("paused");
			this.reactor.run(() -> taker.transport().loseConnection());
			assertThat(next()).isEqualTo("ResponseFailed");
			server.awaitClosed();
		}
	}

	private ScriptedServer flood() throws Exception {
		return new ScriptedServer((request, peer) -> {
			peer.send("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n".formatted(LENGTH));
			byte[] piece = new byte[1 << 16];
			while (this.sent.get() < LENGTH) {
				peer.send(piece);
				this.sent.addAndGet(piece.length);
			}
		});
	}

	/** Wait until the server cannot send any more. */
	private void awaitStandstill() {
		AtomicLong before = new AtomicLong(-1);
		Awaitility.await()
			.pollInterval(300, TimeUnit.MILLISECONDS)
			.until(() -> before.getAndSet(this.sent.get()) == this.sent.get());
	}

	private String next() throws InterruptedException {
		String next = this.events.poll(30, TimeUnit.SECONDS);
		assertThat(next).isNotNull();
		return next;
	}

	private final class Taker extends Protocol {

		private boolean patient;

		@Override
		protected void dataReceived(byte[] data) {
			BodyDeliveryTests.this.received += data.length;
			if (!this.patient) {
				transport().pauseProducing();
				BodyDeliveryTests.this.events.add("paused");
			}
		}

		@Override
		protected void connectionLost(Failure reason) {
			BodyDeliveryTests.this.events.add(reason.type().getSimpleName());
		}

	}

}
