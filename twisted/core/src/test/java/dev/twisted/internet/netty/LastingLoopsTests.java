package dev.twisted.internet.netty;

import java.io.IOException;
import java.lang.reflect.Method;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import dev.twisted.internet.ClientFactory;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.ReactorAlreadyRunningException;
import dev.twisted.internet.ReactorCore.Phase;
import dev.twisted.internet.ReactorCore.SystemEvent;
import dev.twisted.internet.ReactorNotRunningException;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.SingleThreadIoEventLoop;
import io.netty.util.concurrent.EventExecutor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.DisposableServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.TcpClient;
import reactor.netty.tcp.TcpServer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Event loops that are there until the reactor is closed.
 */
@EveryTransport
class LastingLoopsTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final EventLoopModel model;

	private Reactor reactor;

	private LoopResources loops;

	private final StringBuffer received = new StringBuffer();

	LastingLoopsTests(EventLoopModel model) {
		this.model = model;
	}

	@BeforeEach
	void build() {
		build(1);
	}

	private void build(int eventLoops) {
		this.reactor = new ReactorBuilder().eventLoopModel(this.model).eventLoops(eventLoops).name("lasting").build();
		this.loops = ReactorLoops.untilClosed(this.reactor);
	}

	@AfterEach
	void noThreadIsLeftWhenTheReactorIsClosed() {
		this.reactor.close();
		Awaitility.await().untilAsserted(() -> assertThat(LiveThreads.of("lasting")).isEmpty());
	}

	// What lasts

	@Test
	void aConnectionOpenedBeforeTheStartIsThereInEachLifeAndBetweenThem() throws Exception {
		try (EchoServer server = new EchoServer()) {
			Connection connection = connect(server.port(), this.loops);
			echo(connection, "before");
			Thread thread = reactorThread(connection);
			for (int life = 0; life < 2; life++) {
				this.reactor.start();
				assertThat(this.reactor.<Thread>blockingCallFromThread(Thread::currentThread)).isSameAs(thread);
				echo(connection, "during " + life);
				stop();
				echo(connection, "after " + life);
			}
			connection.disposeNow();
		}
	}

	@Test
	void whatTheLoopsAreAskedForWhenTheReactorHasStoppedWorks() throws Exception {
		this.reactor.start();
		this.loops.onClient(true);
		stop();
		try (EchoServer server = new EchoServer()) {
			Connection connection = connect(server.port(), this.loops);
			echo(connection, "late");
			connection.disposeNow();
		}
	}

	@Test
	void whoIsOnTheReactorsThreadGetsItsLoop() throws Exception {
		build(2);
		this.reactor.start();
		this.loops.onServer(true);
		EventLoopGroup here = this.reactor.blockingCallFromThread(() -> this.loops.onClient(true));
		assertThat(((SingleThreadIoEventLoop) here).inEventLoop(reactorThread())).isTrue();
	}

	@Test
	void eachLoopHasTheSameThreadInEachLifeAndNoOtherHasIt() throws Exception {
		build(3);
		List<Thread> first = null;
		for (int life = 0; life < 3; life++) {
			// Somebody has taken a turn, or has not.
			for (int turn = 0; turn < life; turn++) {
				this.loops.onServer(true).next();
			}
			this.loops.onServer(true);
			this.reactor.start();
			List<Thread> own = new ArrayList<>();
			for (Loop loop : ((NettyReactor) this.reactor).loops()) {
				own.add(loop.executor().submit(Thread::currentThread).get(20, TimeUnit.SECONDS));
			}
			assertThat(own).doesNotHaveDuplicates();
			assertThat(own).isEqualTo((first != null) ? first : own);
			first = own;
			stop();
		}
	}

	// What does not

	@Test
	void whileTheReactorIsStoppedNothingOfItRunsOnItsLoops() throws Exception {
		List<String> order = new CopyOnWriteArrayList<>();
		EventLoopGroup group = this.loops.onServer(true);
		this.reactor.start();
		stop();
		this.reactor.callFromThread(() -> order.add("call"));
		this.reactor.callLater(Duration.ZERO, () -> order.add("timer"));
		assertThat(group.next().submit(this.reactor::inReactorThread).get(20, TimeUnit.SECONDS)).isFalse();
		assertThat(order).isEmpty();
		this.reactor.start();
		Awaitility.await().untilAsserted(() -> assertThat(order).containsExactly("call", "timer"));
	}

	@Test
	void nothingOfTheReactorIsLeftOnLoopsThatLast() throws Exception {
		EventLoopGroup group = this.loops.onServer(true);
		DisposableServer guest;
		try (EchoServer server = new EchoServer(); ServerSocketChannel adopted = ServerSocketChannel.open()) {
			adopted.bind(loopback());
			LoopResources others = ReactorLoops.of(this.reactor);
			this.reactor.start();
			guest = TcpServer.create().host("127.0.0.1").port(0).runOn(others).bindNow(LIMIT);
			Socket accepted = new Socket(InetAddress.getLoopbackAddress(), guest.port());
			Connection client = connect(server.port(), others);
			Recorder protocol = new Recorder();
			ListeningPort port = this.reactor.blockingCallFromThread(() -> {
				this.reactor.listenUDP(0, new DatagramProtocol() {
				});
				this.reactor.adoptStreamPort(adopted, Factory.forProtocol(Recorder::new));
				return this.reactor.listenTCP(loopback(), Factory.forProtocol(() -> protocol), 5);
			});
			this.reactor.<Object>blockingCallFromThread(() -> this.reactor.resolveHostName("localhost"));
			// Connects when the ports are closed and nothing may be opened any more.
			this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> this.reactor
				.connectTCP("127.0.0.1", server.port(), ClientFactory.forProtocol(Recorder::new)));
			try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
				Awaitility.await().until(protocol::connected);
				Deferred<?> stopped = this.reactor.stop();
				assertThat(socket.getInputStream().read()).isEqualTo(-1);
				socket.close();
				await(stopped);
			}
			assertThat(accepted.getInputStream().read()).isEqualTo(-1);
			accepted.close();
			client.onDispose().block(LIMIT);
		}
		guest.onDispose().block(LIMIT);
		Awaitility.await().untilAsserted(() -> assertThat(channels(group)).isZero());
		assertThat(LiveThreads.of("lasting")).hasSize(1).noneMatch((name) -> name.contains("adopted"));
	}

	/** Netty counts them, but tells only its subclasses. */
	private static int channels(EventLoopGroup group) throws ReflectiveOperationException {
		Method number = SingleThreadIoEventLoop.class.getDeclaredMethod("getNumOfRegisteredChannels");
		number.setAccessible(true);
		int channels = 0;
		for (EventExecutor loop : group) {
			channels += (int) number.invoke(loop);
		}
		return channels;
	}

	@Test
	void loopsThatNobodyHasUsedEndWithAStop() throws Exception {
		this.reactor.start();
		reactorThread();
		stop();
		Awaitility.await().untilAsserted(() -> assertThat(LiveThreads.of("lasting")).isEmpty());
	}

	/** Takes as long as a stop waits for a loop that does not answer. */
	@Test
	void aLoopThatWasBlockedAtTheEndOfOneLifeIsWellInTheNext() throws Exception {
		build(2);
		this.loops.onServer(true);
		this.reactor.start();
		reactorThread();
		Loop second = ((NettyReactor) this.reactor).loops().get(1);
		CountDownLatch free = new CountDownLatch(1);
		second.executor().execute(() -> waitFor(free));
		stop();
		this.reactor.start();
		free.countDown();
		CompletableFuture<String> called = new CompletableFuture<>();
		second.executor().submit(() -> "freed").get(20, TimeUnit.SECONDS);
		second.post(() -> called.complete("called"));
		assertThat(called.get(20, TimeUnit.SECONDS)).isEqualTo("called");
	}

	// The end; that no thread is left is seen to after each test

	@Test
	void aReactorThatWasNeverStartedIsClosedWithItsLoops() {
		EventLoopGroup group = useLoops();
		this.reactor.close();
		assertThat(group.isTerminated()).isTrue();
	}

	@Test
	void aReactorThatIsStoppedIsClosedWithItsLoops() {
		EventLoopGroup group = useLoops();
		this.reactor.start();
		stop();
		assertThat(group.isShuttingDown()).isFalse();
		this.reactor.close();
		assertThat(group.isTerminated()).isTrue();
	}

	@Test
	void aReactorThatRunsIsClosedWithItsLoops() {
		EventLoopGroup group = useLoops();
		this.reactor.start();
		this.reactor.close();
		assertThat(group.isTerminated()).isTrue();
	}

	@Test
	void aReactorThatIsStoppingIsClosedWithItsLoops() {
		EventLoopGroup group = useLoops();
		Deferred<String> held = new Deferred<>();
		this.reactor.addSystemEventTrigger(Phase.BEFORE, SystemEvent.SHUTDOWN, () -> held);
		this.reactor.start();
		Deferred<?> stopped = this.reactor.stop();
		this.reactor.callFromThread(this.reactor::close);
		this.reactor.callFromThread(() -> held.callback("done"));
		await(stopped);
		assertThat(group.isTerminated()).isTrue();
	}

	@Test
	void afterACloseThereAreNoLoopsUntilTheNextStart() throws Exception {
		useLoops();
		this.reactor.close();
		assertThatExceptionOfType(ReactorNotRunningException.class).isThrownBy(() -> this.loops.onClient(true))
			.withMessageContaining("closed");
		this.reactor.start();
		EventLoopGroup group = useLoops();
		stop();
		assertThat(group.isShuttingDown()).isFalse();
	}

	@Test
	void whoeverStartsStopsClosesAndUsesThemAtOnceEndsWithoutAThreadAndWithoutWaitingForEver() throws Exception {
		build(2);
		ExecutorService callers = Executors.newFixedThreadPool(4);
		CyclicBarrier together = new CyclicBarrier(4);
		List<Future<?>> ended = new ArrayList<>();
		ended.add(callers.submit(() -> often(together, this.reactor::start)));
		ended.add(callers.submit(() -> often(together, this.reactor::stop)));
		ended.add(callers.submit(() -> often(together, this.reactor::close)));
		ended.add(callers.submit(() -> often(together, this::useLoops)));
		callers.shutdown();
		for (Future<?> each : ended) {
			each.get(40, TimeUnit.SECONDS);
		}
		// It can still be used.
		this.reactor.close();
		this.reactor.start();
		assertThat(reactorThread().isAlive()).isTrue();
	}

	private static void often(CyclicBarrier together, Runnable call) {
		for (int i = 0; i < 50; i++) {
			try {
				together.await(30, TimeUnit.SECONDS);
				call.run();
			}
			catch (ReactorAlreadyRunningException | ReactorNotRunningException ex) {
				// Another one was first.
				continue;
			}
			catch (InterruptedException | BrokenBarrierException | java.util.concurrent.TimeoutException ex) {
				throw new IllegalStateException(ex);
			}
		}
	}

	/** Have the threads of all loops begin. */
	private EventLoopGroup useLoops() {
		EventLoopGroup group = this.loops.onServer(true);
		group.forEach((loop) -> {
			if (!loop.isShuttingDown()) {
				loop.submit(() -> "used");
			}
		});
		return group;
	}

	private static void waitFor(CountDownLatch latch) {
		try {
			latch.await(30, TimeUnit.SECONDS);
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private Thread reactorThread() throws Exception {
		return this.reactor.blockingCallFromThread(Thread::currentThread);
	}

	private static Thread reactorThread(Connection connection) throws Exception {
		return connection.channel().eventLoop().submit(Thread::currentThread).get(20, TimeUnit.SECONDS);
	}

	private void stop() {
		await(this.reactor.stop());
	}

	private static void await(Deferred<?> deferred) {
		CompletableFuture<Object> fired = new CompletableFuture<>();
		deferred.addBoth((result, failure) -> fired.complete("fired"));
		fired.orTimeout(30, TimeUnit.SECONDS).join();
	}

	private static InetSocketAddress loopback() {
		return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
	}

	private Connection connect(int port, LoopResources loops) {
		Connection connection = TcpClient.newConnection().host("127.0.0.1").port(port).runOn(loops).connectNow(LIMIT);
		connection.inbound().receive().asString().subscribe(this.received::append);
		return connection;
	}

	/** Send something and wait until it has come back. */
	private void echo(Connection connection, String text) {
		connection.outbound().sendString(Mono.just(text)).then().block(LIMIT);
		Awaitility.await().until(() -> this.received.toString().endsWith(text));
	}

	/** Says what it is told, to each in a thread of its own. */
	private static final class EchoServer implements AutoCloseable {

		private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());

		private final Thread thread = new Thread(this::accept, "echo");

		EchoServer() throws IOException {
			this.thread.setDaemon(true);
			this.thread.start();
		}

		int port() {
			return this.server.getLocalPort();
		}

		private void accept() {
			try {
				while (true) {
					Socket socket = this.server.accept();
					Thread echo = new Thread(() -> echo(socket), "echo");
					echo.setDaemon(true);
					echo.start();
				}
			}
			catch (IOException ex) {
				// The test is over.
				return;
			}
		}

		private static void echo(Socket socket) {
			try (socket) {
				socket.getInputStream().transferTo(socket.getOutputStream());
			}
			catch (IOException ex) {
				// So is this connection.
				return;
			}
		}

		@Override
		public void close() throws IOException {
			this.server.close();
		}

	}

}
