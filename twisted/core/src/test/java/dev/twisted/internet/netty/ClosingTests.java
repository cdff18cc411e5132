package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.internet.Address;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.Connector;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

/**
 * What is used in the middle of a shutdown, after it, or before the start.
 */
@EveryTransport
class ClosingTests {

	private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

	@Parameter
	private EventLoopModel model;

	private Reactor reactor;

	@BeforeEach
	void build() {
		this.reactor = new ReactorBuilder().eventLoopModel(this.model)
			.name("closing")
			.shutdownTimeout(Duration.ofSeconds(8))
			.build();
	}

	@AfterEach
	void close() {
		this.reactor.close();
		Awaitility.await().until(() -> !keptAlive());
	}

	@Test
	void aClientThatReconnectsWhateverHappensDoesNotHoldUpTheShutdown() throws Exception {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
			Thread acceptor = new Thread(() -> accept(server));
			acceptor.start();
			AtomicInteger made = new AtomicInteger();
			AtomicInteger lost = new AtomicInteger();
			for (int life = 0; life < 3; life++) {
				this.reactor.start();
				CompletableFuture<String> connected = new CompletableFuture<>();
				this.reactor.callFromThread(() -> this.reactor.connectTCP("127.0.0.1", server.getLocalPort(),
						new Reconnecting(made, lost, connected)));
				connected.get(10, TimeUnit.SECONDS);
				long begun = System.nanoTime();
				await(this.reactor.stop());
				assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(6));
				assertThat(lost).hasValue(made.get());
				assertThat(this.reactor.statistics().connections()).isZero();
				assertThat(this.reactor.statistics().abortedAtShutdown()).isZero();
				assertThat(this.reactor.statistics().callbackErrors()).isZero();
			}
			server.close();
			acceptor.join();
		}
	}

	private static void accept(ServerSocket server) {
		try {
			while (true) {
				Socket socket = server.accept();
				new Thread(() -> {
					try (socket) {
						socket.getInputStream().readAllBytes();
					}
					catch (Exception ex) {
						// A reset is an end as well.
					}
				}).start();
			}
		}
		catch (Exception ex) {
			// Closed.
		}
	}

	@Test
	void aTransportThatIsUsedAfterTheStopKeepsNothing() throws Exception {
		BlockingQueue<Recorder> served = new LinkedBlockingQueue<>();
		this.reactor.start();
		ListeningPort port = listen(Factory.forProtocol(() -> {
			Recorder recorder = new Recorder();
			served.add(recorder);
			return recorder;
		}));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			Recorder server = served.poll(10, TimeUnit.SECONDS);
			Awaitility.await().until(server::connected);
			Deferred<?> stopped = this.reactor.stop();
			assertThat(socket.getInputStream().read()).isEqualTo(-1);
			socket.close();
			await(stopped);
			ByteBuf data = Unpooled.copiedBuffer("late", StandardCharsets.UTF_8);
			server.transport().write(data);
			assertThat(data.refCnt()).isZero();
			assertThatCode(() -> {
				server.transport().write(new byte[1]);
				server.transport().loseConnection();
				server.transport().abortConnection();
				server.transport().setTcpNoDelay(true);
				server.transport().getTcpKeepAlive();
			}).doesNotThrowAnyException();
		}
	}

	@Test
	void stoppingToListenFiresBeforeTheStartAndAfterTheStop() throws Exception {
		ListeningPort early = this.reactor.listenUDP(ANY, new DatagramProtocol() {
		}, 100);
		await(early.stopListening());
		ListeningPort earlyTCP = this.reactor.listenTCP(ANY, Factory.forProtocol(Recorder::new), 5);
		await(earlyTCP.stopListening());
		this.reactor.start();
		CompletableFuture<ListeningPort> opened = new CompletableFuture<>();
		this.reactor.callFromThread(() -> opened.complete(this.reactor.listenUDP(ANY, new DatagramProtocol() {
		}, 100)));
		ListeningPort late = opened.get(10, TimeUnit.SECONDS);
		await(this.reactor.stop());
		await(late.stopListening());
	}

	@Test
	void closingAReactorThatNeverRanLetsGoOfItsPorts() throws Exception {
		ListeningPort port = this.reactor.listenTCP(ANY, Factory.forProtocol(Recorder::new), 5);
		this.reactor.close();
		assertThat(port.listening()).isFalse();
		try (ServerSocket again = new ServerSocket(port.getHost().port(), 5, InetAddress.getLoopbackAddress())) {
			assertThat(again.isBound()).isTrue();
		}
		assertThat(LiveThreads.of("closing-")).isEmpty();
	}

	@Test
	void closingARunningReactorWaitsForItsEndAndTwiceIsFine() {
		this.reactor.start();
		this.reactor.close();
		assertThat(this.reactor.running()).isFalse();
		this.reactor.close();
	}

	@Test
	void theProcessStaysAliveAsLongAsSomethingListens() throws Exception {
		this.reactor.start();
		assertThat(keptAlive()).isFalse();
		ListeningPort port = listen(Factory.forProtocol(Recorder::new));
		assertThat(keptAlive()).isTrue();
		Deferred<?> closed = call(port::stopListening);
		await(closed);
		Awaitility.await().until(() -> !keptAlive());
	}

	@Test
	void stoppingToConnectWhileTheProtocolIsBuiltFailsTheAttemptAndNothingElse() throws Exception {
		this.reactor.start();
		ListeningPort port = listen(Factory.forProtocol(Recorder::new));
		BlockingQueue<String> events = new LinkedBlockingQueue<>();
		call(() -> this.reactor.connectTCP("127.0.0.1", port.getHost().port(), new ClientFactory() {

			private Connector attempt;

			@Override
			public void startedConnecting(Connector connector) {
				this.attempt = connector;
			}

			@Override
			public Protocol buildProtocol(Address address) {
				this.attempt.stopConnecting();
				return new Recorder() {

					@Override
					protected void connectionMade() {
						events.add("made");
					}

				};
			}

			@Override
			public void clientConnectionFailed(Connector connector, Failure reason) {
				events.add("failed");
			}

			@Override
			public void clientConnectionLost(Connector connector, Failure reason) {
				events.add("lost");
			}

			@Override
			protected void stopFactory() {
				events.add("stopped");
			}

		}));
		assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("failed");
		assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("stopped");
		Awaitility.await().until(() -> port.connections() == 0);
		assertThat(events).isEmpty();
	}

	@Test
	void losingAPausedConnectionWhosePeerHasClosedTakesNoFarewell() throws Exception {
		BlockingQueue<Recorder> served = new LinkedBlockingQueue<>();
		this.reactor.start();
		ListeningPort port = listen(Factory.forProtocol(() -> {
			Recorder recorder = new Recorder() {

				@Override
				void received(String text) {
					transport().pauseProducing();
				}

			};
			served.add(recorder);
			return recorder;
		}));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			Recorder server = served.poll(10, TimeUnit.SECONDS);
			socket.getOutputStream().write('x');
			Awaitility.await().until(() -> server.received().equals("x"));
			socket.close();
			// A turn of the loop, in which the end of the input has come.
			call(() -> "turn");
			server.transport().loseConnection();
			Awaitility.await().until(() -> port.connections() == 0);
			assertThat(server.losses()).isOne();
			assertThat(this.reactor.statistics().callbackErrors()).isZero();
		}
	}

	private ListeningPort listen(Factory factory) throws Exception {
		return call(() -> this.reactor.listenTCP(ANY, factory, 50));
	}

	private <T> T call(java.util.concurrent.Callable<T> callable) throws Exception {
		Object[] result = this.reactor.blockingCallFromThread(() -> new Object[] { callable.call() });
		@SuppressWarnings("unchecked")
		T value = (T) result[0];
		return value;
	}

	private static void await(Deferred<?> deferred) throws Exception {
		CompletableFuture<Boolean> fired = new CompletableFuture<>();
		deferred.addBoth((result, failure) -> fired.complete(true));
		assertThat(fired.get(20, TimeUnit.SECONDS)).isTrue();
	}

	private static boolean keptAlive() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.anyMatch((thread) -> thread.getName().equals("closing-listening"));
	}

	private static final class Reconnecting extends ClientFactory {

		private final AtomicInteger made;

		private final AtomicInteger lost;

		private final CompletableFuture<String> connected;

		Reconnecting(AtomicInteger made, AtomicInteger lost, CompletableFuture<String> connected) {
			this.made = made;
			this.lost = lost;
			this.connected = connected;
		}

		@Override
		public Protocol buildProtocol(Address address) {
			return new Protocol() {

				@Override
				protected void connectionMade() {
					Reconnecting.this.made.incrementAndGet();
					Reconnecting.this.connected.complete("connected");
				}

				@Override
				protected void connectionLost(Failure reason) {
					Reconnecting.this.lost.incrementAndGet();
				}

			};
		}

		@Override
		public void clientConnectionLost(Connector connector, Failure reason) {
			connector.connect();
		}

		@Override
		public void clientConnectionFailed(Connector connector, Failure reason) {
			connector.connect();
		}

	}

}
