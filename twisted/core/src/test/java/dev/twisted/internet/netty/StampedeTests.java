package dev.twisted.internet.netty;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.twisted.defer.Failure;
import dev.twisted.internet.ConnectionAborted;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import io.netty.buffer.ByteBuf;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

@EveryTransport
class StampedeTests {

	private static final int CONNECTIONS = 5000;

	@RegisterExtension
	private final RunningReactor running;

	/** Each in the place where it was made; what the loop alone writes. */
	private final List<Guest> guests = Collections.synchronizedList(new ArrayList<>());

	StampedeTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@Test
	void eachOfManyConnectionsIsLostOnceHoweverItEnds() throws Exception {
		Reactor reactor = this.running.get();
		ListeningPort port = this.running
			.call(() -> reactor.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(Guest::new), 1024));
		InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getHost().port());
		int filesBefore = openFiles();
		Random random = new Random(7);
		List<SocketChannel> open = new ArrayList<>();
		for (int i = 0; i < CONNECTIONS; i++) {
			SocketChannel channel = SocketChannel.open(address);
			open.add(channel);
			if (random.nextInt(4) == 0) {
				// Some go while others still come.
				end(open.remove(random.nextInt(open.size())), random);
			}
		}
		Awaitility.await().until(() -> this.guests.size() == CONNECTIONS);
		// Twice as many files as connections are left: both ends are ours.
		assertThat(reactor.statistics().connections()).isGreaterThan(CONNECTIONS / 2);
		Collections.shuffle(open, random);
		for (SocketChannel channel : open) {
			end(channel, random);
		}
		Awaitility.await().until(() -> reactor.statistics().connections() == 0);
		Awaitility.await().until(() -> port.connections() == 0);
		Awaitility.await().until(() -> openFiles() <= filesBefore + 8);
		this.running.result(this.running.call(port::stopListening));
		assertThat(this.guests).hasSize(CONNECTIONS).allSatisfy((guest) -> {
			assertThat(guest.made).isOne();
			assertThat(guest.reasons).hasSize(1);
			assertThat(guest.dataAfterLoss).isZero();
			assertThat(guest.reasons.get(0).value()).isInstanceOfAny(ConnectionDone.class, ConnectionLost.class,
					ConnectionAborted.class);
		});
		assertThat(this.guests.stream().map((guest) -> guest.reasons.get(0).type()).distinct()).hasSize(3);
		assertThat(reactor.statistics().callbackErrors()).isZero();
	}

	/**
	 * End a connection in one of many ways; the first byte tells the server what to do.
	 */
	private static void end(SocketChannel channel, Random random) throws IOException {
		byte[] message = new byte[1 + random.nextInt(2000)];
		message[0] = (byte) "elawrx".charAt(random.nextInt(6));
		try {
			switch (random.nextInt(6)) {
				case 0 -> {
					// Gone without a word.
				}
				case 1 -> {
					channel.setOption(StandardSocketOptions.SO_LINGER, 0);
				}
				case 2 -> {
					channel.write(ByteBuffer.wrap(message));
					channel.setOption(StandardSocketOptions.SO_LINGER, 0);
				}
				case 3 -> {
					channel.write(ByteBuffer.wrap(message));
				}
				default -> {
					channel.write(ByteBuffer.wrap(message));
					channel.shutdownOutput();
					ByteBuffer answer = ByteBuffer.allocate(4096);
					for (int n = channel.read(answer); n >= 0; n = channel.read(answer.clear())) {
						assertThat(n).isPositive();
					}
				}
			}
		}
		catch (IOException ex) {
			// The server has reset the connection, as it was told to.
		}
		channel.close();
	}

	private static int openFiles() {
		String[] files = new File("/proc/self/fd").list();
		// Where there is no such folder nothing can be counted, and nothing is.
		return (files != null) ? files.length : 0;
	}

	/** Does what the first byte says. */
	private final class Guest extends Protocol {

		private final List<Failure> reasons = new CopyOnWriteArrayList<>();

		private volatile int made;

		private volatile int dataAfterLoss;

		private boolean told;

		@Override
		protected void connectionMade() {
			this.made++;
			StampedeTests.this.guests.add(this);
		}

		@Override
		protected void dataReceived(ByteBuf data) {
			if (!this.reasons.isEmpty()) {
				this.dataAfterLoss++;
			}
			char order = this.told ? 'e' : (char) data.getByte(data.readerIndex());
			this.told = true;
			transport().write(data.retain());
			switch (order) {
				case 'l' -> transport().loseConnection();
				case 'a' -> transport().abortConnection();
				case 'w' -> transport().loseWriteConnection();
				case 'r' -> {
					transport().loseConnection();
					transport().abortConnection();
					transport().loseConnection();
				}
				case 'x' -> StampedeTests.this.running.get().callFromThread(() -> transport().abortConnection());
				default -> {
					// Echo only.
				}
			}
		}

		@Override
		protected void connectionLost(Failure reason) {
			this.reasons.add(reason);
		}

	}

}
