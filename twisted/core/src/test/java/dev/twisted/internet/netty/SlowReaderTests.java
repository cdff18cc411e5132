package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

@EveryTransport
class SlowReaderTests {

	private static final long FLOOD = 64 * 1024 * 1024;

	/** The high-water mark, one read above it, and what the allocator rounds up to. */
	private static final long BOUND = 8 * 1024 * 1024;

	@RegisterExtension
	private final RunningReactor running;

	private final AtomicLong received = new AtomicLong();

	private ListeningPort port;

	SlowReaderTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@BeforeEach
	void listen() {
		this.port = this.running.call(() -> this.running.get()
			.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), Factory.forProtocol(Echo::new), 50));
	}

	@AfterEach
	void stopListening() {
		this.running.result(this.running.call(this.port::stopListening));
	}

	@Test
	void aPeerThatNeverReadsIsStoppedLongBeforeItHasSentEverything() throws Exception {
		long before = usedMemory();
		try (SocketChannel slow = SocketChannel.open(address())) {
			slow.configureBlocking(false);
			long sent = FloodedPeer.flood(slow, FLOOD);
			assertThat(sent).isLessThan(FLOOD / 2);
			// What was sent and not received lies with the operating system, as the echo
			// does.
			assertThat(usedMemory() - before).isLessThan(BOUND);
			long seen = this.received.get();
			assertThat(FloodedPeer.flood(slow, FLOOD)).isLessThan(BOUND);
			assertThat(this.received.get()).isEqualTo(seen);
		}
	}

	@Test
	void nobodyElseWaitsForAPeerThatDoesNotRead() throws Exception {
		try (SocketChannel slow = SocketChannel.open(address());
				Socket other = new Socket(InetAddress.getLoopbackAddress(), this.port.getHost().port())) {
			slow.configureBlocking(false);
			other.setTcpNoDelay(true);
			// A few times what a quiet loop needs; one that waited would take far longer.
			other.setSoTimeout(2000);
			CompletableFuture<Long> flood = CompletableFuture.supplyAsync(() -> {
				try {
					return FloodedPeer.flood(slow, FLOOD);
				}
				catch (Exception ex) {
					throw new IllegalStateException(ex);
				}
			});
			int echoes = 0;
			while (!flood.isDone() || echoes < 1000) {
				other.getOutputStream().write(echoes);
				assertThat(other.getInputStream().read()).isEqualTo(echoes & 0xff);
				echoes++;
			}
			assertThat(flood.get(10, TimeUnit.SECONDS)).isLessThan(FLOOD / 2);
		}
	}

	@Test
	void aPeerThatReadsAtLastGetsAllThatItIsOwed() throws Exception {
		try (SocketChannel slow = SocketChannel.open(address())) {
			slow.configureBlocking(false);
			long sent = FloodedPeer.flood(slow, FLOOD);
			slow.configureBlocking(true);
			slow.shutdownOutput();
			ByteBuffer chunk = ByteBuffer.allocate(64 * 1024);
			long echoed = 0;
			for (int n = slow.read(chunk); n >= 0; n = slow.read(chunk.clear())) {
				echoed += n;
			}
			assertThat(echoed).isEqualTo(sent);
		}
	}

	private InetSocketAddress address() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port.getHost().port());
	}

	private static long usedMemory() {
		return ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric().usedDirectMemory();
	}

	private final class Echo extends Protocol {

		@Override
		protected void dataReceived(ByteBuf data) {
			SlowReaderTests.this.received.addAndGet(data.readableBytes());
			transport().write(data.retain());
		}

	}

}
