package dev.twisted.internet.netty;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.ProducerFlux;
import dev.twisted.internet.Protocol;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A Flux of what a real connection receives.
 */
@EveryTransport
class ProducerFluxTests {

	@RegisterExtension
	final RunningReactor reactor;

	private final CompletableFuture<Feed> accepted = new CompletableFuture<>();

	private ListeningPort port;

	private SocketChannel peer;

	ProducerFluxTests(EventLoopModel model) {
		this.reactor = new RunningReactor(model);
	}

	@BeforeEach
	void connect() throws IOException {
		this.port = this.reactor
			.call(() -> this.reactor.get().listenTCP(new InetSocketAddress("127.0.0.1", 0), new Factory() {

				@Override
				public Protocol buildProtocol(Address peer) {
					return new Feed();
				}

			}, 50));
		this.peer = SocketChannel.open(new InetSocketAddress("127.0.0.1", ((IPv4Address) this.port.getHost()).port()));
	}

	@AfterEach
	void disconnect() throws IOException {
		this.peer.close();
		// Who is paused does not see that its peer has gone.
		this.accepted.join().transport().abortConnection();
		this.reactor.run(this.port::stopListening);
	}

	@Test
	void whatIsReceivedComesOutInOrderAndAnOrderlyCloseCompletesIt() throws Exception {
		Feed feed = this.accepted.get(10, TimeUnit.SECONDS);
		CompletableFuture<String> all = feed.flux.map(String::new).reduce(String::concat).toFuture();
		for (String piece : List.of("one ", "two ", "three")) {
			this.peer.write(ByteBuffer.wrap(piece.getBytes()));
		}
		this.peer.shutdownOutput();
		assertThat(all.get(10, TimeUnit.SECONDS)).isEqualTo("one two three");
	}

	@Test
	void aConnectionThatIsResetFailsTheFlux() throws Exception {
		Feed feed = this.accepted.get(10, TimeUnit.SECONDS);
		CompletableFuture<byte[]> last = feed.flux.takeLast(1).next().toFuture();
		this.peer.setOption(StandardSocketOptions.SO_LINGER, 0);
		this.peer.close();
		assertThat(last).failsWithin(10, TimeUnit.SECONDS)
			.withThrowableThat()
			.withCauseInstanceOf(ConnectionLost.class);
	}

	@Test
	void nothingIsReadUntilSomebodyAsks() throws Exception {
		this.accepted.get(10, TimeUnit.SECONDS);
		this.peer.configureBlocking(false);
		long taken = FloodedPeer.flood(this.peer, 256 * 1024 * 1024);
		assertThat(taken).isLessThan(256 * 1024 * 1024);
		assertThat(this.accepted.join().received).hasValue(0);
	}

	@Test
	void aSlowSubscriberStopsItsPeerAndGetsEverythingWhenItGoesOn() throws Exception {
		Feed feed = this.accepted.get(10, TimeUnit.SECONDS);
		AtomicLong bytes = new AtomicLong();
		AtomicLong items = new AtomicLong();
		BaseSubscriber<byte[]> subscriber = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				subscription.request(3);
			}

			@Override
			protected void hookOnNext(byte[] item) {
				bytes.addAndGet(item.length);
				items.incrementAndGet();
			}

		};
		feed.flux.subscribe(subscriber);
		this.peer.configureBlocking(false);
		long sent = FloodedPeer.flood(this.peer, 256 * 1024 * 1024);
		assertThat(sent).isLessThan(256 * 1024 * 1024);
		assertThat(items).hasValue(3);
		// What was read beyond the demand is one read, not what the peer had to give.
		assertThat(feed.received.get() - bytes.get()).isLessThanOrEqualTo(2 * 65536);
		// From another thread.
		subscriber.requestUnbounded();
		Awaitility.await().until(() -> bytes.get() == sent);
	}

	@Test
	void cancellingClosesTheConnectionAfterWhatWasWritten() throws Exception {
		Feed feed = this.accepted.get(10, TimeUnit.SECONDS);
		feed.transport().write("goodbye".getBytes());
		feed.flux.subscribe().dispose();
		ByteBuffer read = ByteBuffer.allocate(100);
		while (this.peer.read(read) >= 0) {
			assertThat(read.hasRemaining()).isTrue();
		}
		assertThat(new String(read.array(), 0, read.position())).isEqualTo("goodbye");
	}

	private final class Feed extends Protocol {

		private final AtomicLong received = new AtomicLong();

		private volatile ProducerFlux<byte[]> flux;

		@Override
		protected void connectionMade() {
			this.flux = new ProducerFlux<>(transport());
			ProducerFluxTests.this.accepted.complete(this);
		}

		@Override
		protected void dataReceived(byte[] data) {
			this.received.addAndGet(data.length);
			this.flux.itemReceived(data);
		}

		@Override
		protected void connectionLost(Failure reason) {
			this.flux.connectionLost(reason);
		}

	}

}
