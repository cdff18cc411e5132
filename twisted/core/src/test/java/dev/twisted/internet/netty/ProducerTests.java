package dev.twisted.internet.netty;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Action;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Producer;
import dev.twisted.internet.PushProducer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@EveryTransport
class ProducerTests {

	private static final int HIGH_WATER_MARK = 65536;

	@RegisterExtension
	private final RunningReactor reactor;

	private final BlockingQueue<Recorder> served = new LinkedBlockingQueue<>();

	private ListeningPort port;

	private Socket peer;

	private Recorder server;

	ProducerTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@BeforeEach
	void connect() throws Exception {
		this.port = this.reactor.call(() -> this.reactor.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Factory.forProtocol(() -> {
				Recorder recorder = new Recorder();
				this.served.add(recorder);
				return recorder;
			}), 50));
		this.peer = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port());
		this.peer.setSoTimeout(20_000);
		this.server = this.served.poll(10, TimeUnit.SECONDS);
		Awaitility.await().until(() -> this.server.connected());
	}

	@AfterEach
	void disconnect() throws Exception {
		this.peer.close();
		this.reactor.result(this.reactor.call(this.port::stopListening));
	}

	@Test
	void aStreamingProducerIsPausedAboveTheHighWaterMarkAndNotAtIt() {
		Push push = new Push();
		this.reactor.run(() -> {
			this.server.transport().registerProducer(push, true);
			this.server.transport().write(new byte[HIGH_WATER_MARK]);
			assertThat(push.events).isEmpty();
			this.server.transport().write(new byte[1]);
			assertThat(push.events).containsExactly("pause");
		});
	}

	@Test
	void aStreamingProducerIsResumedWhenEverythingHasGone() throws Exception {
		Push push = new Push();
		this.reactor.run(() -> {
			this.server.transport().registerProducer(push, true);
			this.server.transport().write(new byte[30_000_000]);
		});
		assertThat(push.events).containsExactly("pause");
		this.peer.getInputStream().readNBytes(1_000_000);
		assertThat(push.events).containsExactly("pause");
		this.peer.getInputStream().readNBytes(29_000_000);
		Awaitility.await().until(() -> push.events.equals(List.of("pause", "resume")));
	}

	@Test
	void aProducerThatWritesUntilItIsPausedSendsEverything() throws Exception {
		int total = 20_000_000;
		int[] sent = new int[1];
		Push push = new Push() {

			@Override
			public void resumeProducing() {
				super.resumeProducing();
				this.paused = false;
				while (!this.paused && sent[0] < total) {
					ProducerTests.this.server.transport().write(new byte[10_000]);
					sent[0] += 10_000;
				}
				if (sent[0] == total) {
					ProducerTests.this.server.transport().unregisterProducer();
					ProducerTests.this.server.transport().loseConnection();
				}
			}

		};
		this.reactor.run(() -> {
			this.server.transport().registerProducer(push, true);
			push.resumeProducing();
		});
		assertThat(this.peer.getInputStream().readAllBytes()).hasSize(total);
		assertThat(push.events).doesNotContain("stop");
	}

	@Test
	void aSecondProducerIsRefused() {
		this.reactor.run(() -> {
			this.server.transport().registerProducer(new Push(), true);
			assertThatIllegalStateException()
				.isThrownBy(() -> this.server.transport().registerProducer(new Push(), true));
		});
	}

	@Test
	void aStreamingProducerMustBeAPushProducer() {
		assertThatIllegalArgumentException()
			.isThrownBy(() -> this.server.transport().registerProducer(new Pull(), true));
	}

	@Test
	void aPeerThatClosesStopsTheProducer() throws Exception {
		Push push = new Push();
		this.reactor.run(() -> this.server.transport().registerProducer(push, true));
		this.peer.close();
		Awaitility.await().until(() -> this.server.losses() == 1);
		assertThat(push.events).containsExactly("stop");
	}

	@Test
	void aProducerRegisteredOnADeadTransportIsStoppedAtOnce() throws Exception {
		this.peer.close();
		Awaitility.await().until(() -> this.server.losses() == 1);
		Push push = new Push();
		this.reactor.run(() -> {
			this.server.transport().registerProducer(push, true);
			assertThat(push.events).containsExactly("stop");
		});
	}

	@Test
	void aPullProducerIsAskedOnceOnRegistrationAndAgainAfterEachPiece() throws Exception {
		Pull pull = new Pull() {

			@Override
			public void resumeProducing() {
				super.resumeProducing();
				if (this.asked <= 5) {
					ProducerTests.this.server.write("piece" + this.asked + ";");
				}
				else {
					ProducerTests.this.server.transport().unregisterProducer();
					ProducerTests.this.server.transport().loseConnection();
				}
			}

		};
		int atOnce = this.reactor.call(() -> {
			this.server.transport().registerProducer(pull, false);
			return pull.asked;
		});
		assertThat(atOnce).isOne();
		assertThat(new String(this.peer.getInputStream().readAllBytes()))
			.isEqualTo("piece1;piece2;piece3;piece4;piece5;");
		assertThat(pull.asked).isEqualTo(6);
	}

	@Test
	void aPullProducerLeavesEveryTurnToTheOthersToo() throws Exception {
		int pieces = 2000;
		Pull pull = new Pull() {

			@Override
			public void resumeProducing() {
				super.resumeProducing();
				if (this.asked <= pieces) {
					ProducerTests.this.server.write("p");
				}
				else {
					ProducerTests.this.server.transport().unregisterProducer();
					ProducerTests.this.server.transport().loseConnection();
				}
			}

		};
		int[] turns = new int[1];
		Action turn = new Action() {

			@Override
			public void run() {
				turns[0]++;
				if (pull.asked <= pieces) {
					ProducerTests.this.reactor.get().callLater(Duration.ZERO, this);
				}
			}

		};
		this.reactor.run(() -> {
			this.reactor.get().callLater(Duration.ZERO, turn);
			this.server.transport().registerProducer(pull, false);
		});
		assertThat(this.peer.getInputStream().readAllBytes()).hasSize(pieces);
		Awaitility.await().until(() -> this.reactor.get().getDelayedCalls().isEmpty());
		assertThat(turns[0]).isGreaterThan(pieces / 4);
	}

	@Test
	void loseConnectionWaitsForAPullProducerToBeUnregistered() throws Exception {
		Pull pull = new Pull() {

			@Override
			public void resumeProducing() {
				super.resumeProducing();
				if (this.asked <= 3) {
					ProducerTests.this.server.write("piece");
				}
				else {
					ProducerTests.this.server.transport().unregisterProducer();
				}
			}

		};
		this.reactor.run(() -> {
			this.server.transport().registerProducer(pull, false);
			this.server.transport().loseConnection();
		});
		assertThat(new String(this.peer.getInputStream().readAllBytes())).isEqualTo("piecepiecepiece");
		Awaitility.await().until(() -> this.server.losses() == 1);
		assertThat(pull.stopped).isFalse();
	}

	@Test
	void loseConnectionStopsAStreamingProducerThatIsNotPaused() throws Exception {
		Push push = new Push();
		this.reactor.run(() -> {
			this.server.transport().registerProducer(push, true);
			this.server.write("end");
			this.server.transport().loseConnection();
		});
		assertThat(new String(this.peer.getInputStream().readAllBytes())).isEqualTo("end");
		Awaitility.await().until(() -> this.server.losses() == 1);
		assertThat(push.events).containsExactly("stop");
	}

	@Test
	void withoutAProducerReadingPausesWhileOutputStandsAboveTheMarkAndGoesOnWhenItHasGone() throws Exception {
		this.reactor.run(() -> this.server.transport().write(new byte[30_000_000]));
		byte[] chunk = new byte[100_000];
		// Fills the buffers of the operating system on both sides, and then no more goes.
		this.peer.getOutputStream().write(chunk);
		CountingWriter writer = new CountingWriter(this.peer);
		writer.start();
		InputStream in = this.peer.getInputStream();
		in.readNBytes(1_000_000);
		long before = this.server.received().length();
		assertThat(before).isLessThan(100_000 + HIGH_WATER_MARK);
		in.readNBytes(29_000_000);
		writer.join();
		Awaitility.await().until(() -> this.server.received().length() == 100_000 + CountingWriter.TOTAL);
	}

	private static final class CountingWriter extends Thread {

		static final int TOTAL = 20_000_000;

		private final Socket socket;

		CountingWriter(Socket socket) {
			this.socket = socket;
		}

		@Override
		public void run() {
			try {
				for (int i = 0; i < TOTAL / 100_000; i++) {
					this.socket.getOutputStream().write(new byte[100_000]);
				}
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	private static class Push implements PushProducer {

		final List<String> events = new CopyOnWriteArrayList<>();

		volatile boolean paused;

		@Override
		public void pauseProducing() {
			this.paused = true;
			this.events.add("pause");
		}

		@Override
		public void resumeProducing() {
			this.events.add("resume");
		}

		@Override
		public void stopProducing() {
			this.events.add("stop");
		}

	}

	private static class Pull implements Producer {

		volatile int asked;

		volatile boolean stopped;

		@Override
		public void resumeProducing() {
			this.asked++;
		}

		@Override
		public void stopProducing() {
			this.stopped = true;
		}

	}

}
