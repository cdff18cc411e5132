package dev.twisted.internet.netty;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.defer.Failure;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectionLimits;
import dev.twisted.internet.ConnectionLost;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Framed;
import dev.twisted.internet.IPv4Address;
import dev.twisted.internet.ListenOptions;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Preamble;
import dev.twisted.internet.Protocol;
import io.netty.buffer.ByteBuf;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

@EveryTransport
@Timeout(60)
class ConnectionLimitsTests {

	/** In bytes a second. */
	private static final int RATE = 1024 * 1024;

	private static final Duration SHORT = Duration.ofMillis(300);

	private static final InetSocketAddress ANY = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

	@RegisterExtension
	private final RunningReactor running;

	private final BlockingQueue<Failure> lost = new LinkedBlockingQueue<>();

	private final AtomicLong received = new AtomicLong();

	private ListeningPort port;

	ConnectionLimitsTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@AfterEach
	void stopListening() {
		if (this.port.listening()) {
			this.running.result(this.running.call(this.port::stopListening));
		}
	}

	// Idle

	@Test
	void aConnectionOnWhichNothingHappensIsClosedAndCounted() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withIdleTimeout(SHORT));
		try (Peer silent = new Peer(this.port)) {
			assertThat(silent.receive()).isEmpty();
			assertTimedOut("has brought and taken nothing for PT0.3S");
		}
		assertThat(this.port.timedOutConnections()).isEqualTo(1);
	}

	@Test
	void aConnectionThatSpeaksOftenEnoughStays() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withIdleTimeout(SHORT));
		try (Peer busy = new Peer(this.port)) {
			long end = System.nanoTime() + SHORT.multipliedBy(4).toNanos();
			while (System.nanoTime() < end) {
				assertThat(busy.ask("x")).isEqualTo("x");
			}
			assertThat(this.port.timedOutConnections()).isZero();
			assertThat(busy.receive()).isEmpty();
		}
		assertTimedOut("nothing");
	}

	@Test
	void timeDuringWhichTheProtocolDoesNotReadDoesNotCount() throws Exception {
		listen(Thinker::new, ConnectionLimits.NONE.withIdleTimeout(SHORT).withFirstMessageTimeout(SHORT));
		try (Peer patient = new Peer(this.port)) {
			assertThat(patient.ask("question")).isEqualTo("question");
			assertThat(this.port.timedOutConnections()).isZero();
			assertThat(patient.receive()).isEmpty();
		}
		assertTimedOut("nothing");
	}

	@Test
	void aPeerThatDoesNotTakeWhatItIsSentIsIdleHoweverMuchIsWrittenForIt() throws Exception {
		listen(Chatterer::new, ConnectionLimits.NONE.withIdleTimeout(SHORT));
		try (Peer deaf = new Peer(this.port)) {
			deaf.send("go");
			assertTimedOut("nothing");
		}
	}

	@Test
	void aPeerThatDoesNotTakeTheRestOfAClosingConnectionIsGivenUp() throws Exception {
		listen(Farewell::new, ConnectionLimits.NONE.withIdleTimeout(SHORT));
		try (Peer deaf = new Peer(this.port)) {
			deaf.send("go");
			assertTimedOut("nothing");
		}
	}

	@Test
	void aConnectionThatIsGoneLeavesNoDeadlineBehind() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withIdleTimeout(Duration.ofHours(1)));
		List<Peer> peers = new ArrayList<>();
		for (int i = 0; i < 50; i++) {
			peers.add(new Peer(this.port));
			peers.get(i).ask("x");
		}
		assertThat(deadlines()).isEqualTo(50);
		for (Peer peer : peers) {
			peer.close();
		}
		Awaitility.await().until(() -> this.port.connections() == 0);
		assertThat(deadlines()).isZero();
		assertThat(this.running.get().getDelayedCalls()).isEmpty();
	}

	@Test
	void aReactorStopsWithDeadlinesSetAndKeepsThemInItsNextLife() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withIdleTimeout(Duration.ofHours(1)));
		try (Peer silent = new Peer(this.port)) {
			silent.ask("x");
			this.running.stop();
			assertThat(silent.receive()).isEmpty();
		}
		assertThat(this.lost.poll(10, TimeUnit.SECONDS)).isNotNull();
		this.running.get().start();
		listen(Echo::new, ConnectionLimits.NONE.withIdleTimeout(SHORT));
		try (Peer silent = new Peer(this.port)) {
			assertThat(silent.receive()).isEmpty();
		}
		assertTimedOut("nothing");
	}

	// Messages

	@Test
	void whoSaysNothingAtFirstIsClosed() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withFirstMessageTimeout(SHORT));
		try (Peer silent = new Peer(this.port)) {
			assertThat(silent.receive()).isEmpty();
			assertTimedOut("The first message of");
		}
		assertThat(this.port.timedOutConnections()).isEqualTo(1);
	}

	@Test
	void whoHasSaidSomethingMayBeSilentAfterwards() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withFirstMessageTimeout(SHORT));
		try (Peer first = new Peer(this.port); Peer other = new Peer(this.port)) {
			assertThat(first.ask("x")).isEqualTo("x");
			// By the time that the other is closed, the first would be too.
			assertThat(other.receive()).isEmpty();
			assertTimedOut("The first message of");
			assertThat(first.ask("y")).isEqualTo("y");
		}
	}

	@Test
	void aFirstMessageThatDripsInIsNotThereBeforeItsEnd() throws Exception {
		listen(Dots::new, ConnectionLimits.NONE.withFirstMessageTimeout(SHORT).withIdleTimeout(Duration.ofHours(1)));
		drip("x");
		assertTimedOut("The first message of");
	}

	@Test
	void theFirstFrameHasNoMoreTimeThanAnyOther() throws Exception {
		listen(Dots::new, ConnectionLimits.NONE.withFirstMessageTimeout(Duration.ofHours(1)).withFrameTimeout(SHORT));
		drip("x");
		assertTimedOut("A message of");
	}

	@Test
	void theFirstMessageIsDueAlsoWhereAFrameMayTakeLonger() throws Exception {
		listen(Dots::new, ConnectionLimits.NONE.withFirstMessageTimeout(SHORT).withFrameTimeout(Duration.ofHours(1)));
		drip("x");
		assertTimedOut("The first message of");
	}

	@Test
	void whyAConnectionHasTimedOutIsLoggedForThoseWhoLook() throws Exception {
		Logger logger = (Logger) LoggerFactory.getLogger(ConnectionWatch.class);
		ListAppender<ILoggingEvent> log = new ListAppender<>();
		log.start();
		logger.addAppender(log);
		Level before = logger.getLevel();
		logger.setLevel(Level.DEBUG);
		try {
			listen(Echo::new, ConnectionLimits.NONE.withFirstMessageTimeout(SHORT));
			try (Peer silent = new Peer(this.port)) {
				assertThat(silent.receive()).isEmpty();
			}
			assertTimedOut("The first message of");
		}
		finally {
			logger.detachAppender(log);
			logger.setLevel(before);
		}
		assertThat(log.list).singleElement().satisfies((event) -> {
			assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
			assertThat(event.getFormattedMessage()).contains("is closed: The first message of")
				.contains("took longer than PT0.3S");
		});
	}

	@Test
	void bytesThatDripInDoNotProlongTheTimeOfTheirFrame() throws Exception {
		listen(Dots::new, ConnectionLimits.NONE.withFrameTimeout(SHORT).withIdleTimeout(Duration.ofHours(1)));
		drip("whole.x");
		assertTimedOut("A message of");
	}

	@Test
	void eachFrameHasItsOwnTimeEvenIfOneAlwaysBeginsBeforeTheLastHasBeenRead() throws Exception {
		listen(Dots::new, ConnectionLimits.NONE.withFrameTimeout(SHORT));
		try (Peer busy = new Peer(this.port)) {
			busy.send("begun");
			long end = System.nanoTime() + SHORT.multipliedBy(4).toNanos();
			while (System.nanoTime() < end) {
				assertThat(busy.ask(".begun")).isEqualTo(".");
			}
			assertThat(this.port.timedOutConnections()).isZero();
			assertThat(busy.receive()).isEmpty();
		}
		assertTimedOut("A message of");
	}

	@Test
	void betweenFramesAConnectionMayBeSilent() throws Exception {
		listen(Dots::new, ConnectionLimits.NONE.withFrameTimeout(SHORT));
		try (Peer quiet = new Peer(this.port); Peer slow = new Peer(this.port)) {
			assertThat(quiet.ask("whole.")).isEqualTo(".");
			slow.send("begun");
			assertThat(slow.receive()).isEmpty();
			assertTimedOut("A message of");
			assertThat(quiet.ask("whole.")).isEqualTo(".");
		}
	}

	// Speed

	@Test
	void moreThanAConnectionMayBringHasToWait() throws Exception {
		assertSlowed(ConnectionLimits.NONE.withReadLimit(RATE));
	}

	@Test
	void moreThanAConnectionMayBeSentHasToWaitAndHoldsUpItsReading() throws Exception {
		assertSlowed(ConnectionLimits.NONE.withWriteLimit(RATE));
	}

	/** Twice what a second may see takes one more second, which is not idle. */
	private void assertSlowed(ConnectionLimits limits) throws Exception {
		listen(Echo::new, limits.withIdleTimeout(SHORT));
		long begun = System.nanoTime();
		try (Peer fast = new Peer(this.port)) {
			fast.swap(2 * RATE);
			// What one second brings is free; one read may go over it.
			assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(900));
			assertThat(this.port.throttlings()).isPositive();
			assertThat(this.port.timedOutConnections()).isZero();
		}
	}

	@Test
	void aFloodIsHeldBackByTheLimitOfWhatIsSentAndNotKept() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withWriteLimit(32 * 1024));
		try (SocketChannel flooder = SocketChannel
			.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), this.port.getHost().port()))) {
			flooder.configureBlocking(false);
			FloodedPeer.flood(flooder, 32 * 1024 * 1024);
			assertThat(this.received.get()).isLessThan(1024 * 1024);
		}
	}

	@Test
	void whatWasWrittenBeforeTheEndIsSentInItsTime() throws Exception {
		listen(() -> new Farewell(200_000), ConnectionLimits.NONE.withWriteLimit(100_000));
		try (Peer peer = new Peer(this.port)) {
			peer.send("go");
			assertThat(peer.readToEnd()).isEqualTo(200_000);
		}
	}

	// Number

	@Test
	void onePeerMayHaveSoManyConnectionsAndTheNextIsClosedAtOnce() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withConnectionsPerPeer(2));
		try (Peer first = new Peer(this.port); Peer second = new Peer(this.port)) {
			assertThat(first.ask("x")).isEqualTo("x");
			assertThat(second.ask("x")).isEqualTo("x");
			try (Peer third = new Peer(this.port)) {
				assertThat(third.receive()).isEmpty();
			}
			assertThat(this.port.refusedConnections()).isEqualTo(1);
		}
		Awaitility.await().until(() -> this.port.connections() == 0);
		try (Peer again = new Peer(this.port)) {
			assertThat(again.ask("x")).isEqualTo("x");
		}
	}

	@Test
	void theOthersOfOneLoadBalancerAreNotOnePeer() throws Exception {
		this.port = this.running.call(() -> {
			ListeningPort opened = this.running.get()
				.listenTCP(ANY, Factory.forProtocol(Echo::new), ListenOptions.DEFAULTS.withPreamble(new Introduced()));
			opened.setLimits(ConnectionLimits.NONE.withConnectionsPerPeer(1));
			return opened;
		});
		try (Peer first = new Peer(this.port); Peer other = new Peer(this.port); Peer again = new Peer(this.port)) {
			assertThat(first.ask("1x")).isEqualTo("x");
			assertThat(other.ask("2x")).isEqualTo("x");
			assertThat(again.ask("1x")).isEmpty();
		}
	}

	@Test
	void connectionsThatComeTooFastAreTakenOneAfterTheOther() throws Exception {
		listen(Echo::new, ConnectionLimits.NONE.withAcceptRate(4));
		long begun = System.nanoTime();
		for (int i = 0; i < 10; i++) {
			try (Peer peer = new Peer(this.port)) {
				assertThat(peer.ask("x")).isEqualTo("x");
			}
		}
		// Four are free, and one more is taken before the port knows.
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isGreaterThan(Duration.ofMillis(1100));
		assertThat(this.port.throttlings()).isPositive();
		assertThat(this.port.refusedConnections()).isZero();
	}

	private void listen(Supplier<? extends Protocol> protocol, ConnectionLimits limits) {
		this.port = this.running.call(() -> {
			ListeningPort opened = this.running.get().listenTCP(ANY, Factory.forProtocol(protocol), 50);
			opened.setLimits(limits);
			return opened;
		});
	}

	private int deadlines() {
		NettyReactor reactor = (NettyReactor) this.running.get();
		return this.running.call(() -> reactor.nextLoop().deadlines().size());
	}

	private void assertTimedOut(String message) throws InterruptedException {
		Failure reason = this.lost.poll(20, TimeUnit.SECONDS);
		assertThat(reason).isNotNull();
		assertThat(reason.value()).isInstanceOf(TimeoutException.class).hasMessageContaining(message);
	}

	/** Send the beginning, then a byte whenever there is one, until it is closed. */
	private void drip(String beginning) throws IOException {
		try (Peer slow = new Peer(this.port)) {
			slow.send(beginning);
			while (this.lost.isEmpty()) {
				slow.send("x");
			}
		}
		catch (SocketException ex) {
			// It has been closed.
		}
	}

	/**
	 * A client that waits for its answers.
	 */
	private static final class Peer implements AutoCloseable {

		private final Socket socket;

		Peer(ListeningPort port) throws IOException {
			this.socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port());
			this.socket.setTcpNoDelay(true);
			this.socket.setSoTimeout(20_000);
		}

		void send(String text) throws IOException {
			this.socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
		}

		/** What comes in one piece; nothing at the end. */
		String receive() throws IOException {
			byte[] buffer = new byte[1024];
			int length = this.socket.getInputStream().read(buffer);
			return (length < 0) ? "" : new String(buffer, 0, length, StandardCharsets.ISO_8859_1);
		}

		String ask(String question) throws IOException {
			send(question);
			return receive();
		}

		/** Send bytes and receive as many. */
		void swap(int length) throws Exception {
			Thread sender = new Thread(() -> {
				try {
					this.socket.getOutputStream().write(new byte[length]);
				}
				catch (IOException ex) {
					throw new IllegalStateException(ex);
				}
			});
			sender.start();
			assertThat(this.socket.getInputStream().readNBytes(length)).hasSize(length);
			sender.join();
		}

		long readToEnd() throws IOException {
			InputStream input = this.socket.getInputStream();
			return input.readAllBytes().length;
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

	/**
	 * The first byte tells who it is.
	 */
	private static final class Introduced implements Preamble {

		@Override
		public Introduction read(ByteBuf data) {
			return new Introduction(new IPv4Address("TCP", "192.0.2." + (char) data.readByte(), 1), null);
		}

		@Override
		public Duration timeout() {
			return Duration.ofSeconds(10);
		}

	}

	private class Echo extends Protocol {

		@Override
		protected void dataReceived(ByteBuf data) {
			ConnectionLimitsTests.this.received.addAndGet(data.readableBytes());
			transport().write(data.retain());
		}

		@Override
		protected void connectionLost(Failure reason) {
			if (!(reason.value() instanceof ConnectionLost)) {
				ConnectionLimitsTests.this.lost.add(reason);
			}
		}

	}

	/**
	 * Reads nothing for a while at first, and for a while before each answer.
	 */
	private final class Thinker extends Echo {

		@Override
		protected void connectionMade() {
			think(() -> {
			});
		}

		@Override
		protected void dataReceived(byte[] data) {
			think(() -> transport().write(data));
		}

		@Override
		protected void dataReceived(ByteBuf data) {
			byte[] bytes = new byte[data.readableBytes()];
			data.readBytes(bytes);
			dataReceived(bytes);
		}

		private void think(Runnable thought) {
			transport().pauseProducing();
			ConnectionLimitsTests.this.running.get().callLater(SHORT.multipliedBy(3), () -> {
				thought.run();
				transport().resumeProducing();
			});
		}

	}

	/**
	 * Writes more than anybody takes, then a little all the time.
	 */
	private final class Chatterer extends Echo {

		@Override
		protected void dataReceived(ByteBuf data) {
			transport().write(new byte[32 * 1024 * 1024]);
			chatter();
		}

		private void chatter() {
			transport().write(new byte[1]);
			if (connected()) {
				ConnectionLimitsTests.this.running.get().callLater(Duration.ofMillis(20), this::chatter);
			}
		}

	}

	/**
	 * Writes much and closes.
	 */
	private final class Farewell extends Echo {

		private final int length;

		Farewell() {
			this(32 * 1024 * 1024);
		}

		Farewell(int length) {
			this.length = length;
		}

		@Override
		protected void dataReceived(ByteBuf data) {
			for (int left = this.length; left > 0; left -= 1000) {
				transport().write(new byte[Math.min(left, 1000)]);
			}
			transport().loseConnection();
		}

	}

	/**
	 * Frames that end with a dot, each of which is answered with one.
	 */
	private final class Dots extends Echo implements Framed {

		private boolean inside;

		private long frames;

		@Override
		protected void dataReceived(ByteBuf data) {
			while (data.isReadable()) {
				this.inside = data.readByte() != '.';
				if (!this.inside) {
					this.frames++;
					transport().write(new byte[] { '.' });
				}
			}
		}

		@Override
		public boolean insideFrame() {
			return this.inside;
		}

		@Override
		public long framesReceived() {
			return this.frames;
		}

		@Override
		public void logFrames(org.slf4j.Logger logger, int limit) {
		}

	}

}
