package dev.twisted.internet.netty;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.defer.Deferreds;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.Reactor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class SlowCallbackTests {

	private static final Duration THRESHOLD = Duration.ofMillis(200);

	@RegisterExtension
	private final RunningReactor running = new RunningReactor(EventLoopModel.NIO,
			(builder) -> builder.slowCallbackThreshold(THRESHOLD).name("slow"));

	private final Logger logger = (Logger) LoggerFactory.getLogger(SlowCallbacks.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private Reactor reactor;

	@BeforeEach
	void listen() {
		this.reactor = this.running.get();
		this.log.list = new java.util.concurrent.CopyOnWriteArrayList<>();
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void ignore() {
		this.logger.detachAppender(this.log);
	}

	@Test
	void aCallbackThatHoldsTheLoopIsReportedWhileItDoes() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		this.reactor.callFromThread(() -> holdTheLoop(release));
		awaitReports(1);
		assertThat(release.getCount()).isOne();
		ILoggingEvent report = this.log.list.get(0);
		assertThat(report.getFormattedMessage()).contains("callFromThread")
			.contains("200 ms")
			.contains("deferToThread");
		assertThat(Arrays.stream(report.getThrowableProxy().getStackTraceElementProxyArray())
			.map((frame) -> frame.getStackTraceElement().getMethodName())).contains("holdTheLoop");
		release.countDown();
	}

	@Test
	void aBodyThatHoldsTheLoopIsReportedWithItsOwnStack() {
		CountDownLatch release = new CountDownLatch(1);
		this.reactor.callFromThread(() -> Deferreds.inlineCallbacks(() -> holdTheLoop(release)));
		awaitReports(1);
		assertThat(Arrays.stream(this.log.list.get(0).getThrowableProxy().getStackTraceElementProxyArray())
			.map((frame) -> frame.getStackTraceElement().getMethodName())).contains("holdTheLoop");
		release.countDown();
	}

	@Test
	void aCallbackIsReportedOnceHoweverLongItTakes() {
		this.reactor.callFromThread(() -> spin(THRESHOLD.multipliedBy(4)));
		this.running.run(() -> {
		});
		assertThat(this.log.list).hasSize(1);
		assertThat(this.reactor.statistics().slowCallbacks()).isOne();
	}

	@Test
	void eachSlowCallbackIsReported() {
		for (int i = 1; i <= 3; i++) {
			CountDownLatch release = new CountDownLatch(1);
			this.reactor.callFromThread(() -> holdTheLoop(release));
			awaitReports(i);
			release.countDown();
		}
	}

	@Test
	void manyQuickCallbacksAreNoSlowOne() {
		SlowCallbacks slow = new SlowCallbacks(Duration.ofMillis(400));
		CallbackWatch watch = new CallbackWatch(slow);
		watch.thread(Thread.currentThread());
		slow.start("quick", List.of(watch));
		// They hold the loop together for longer, none of them alone.
		long end = System.nanoTime() + Duration.ofMillis(900).toNanos();
		while (System.nanoTime() < end) {
			watch.enter("somebody");
			watch.exit();
		}
		slow.stop();
		assertThat(slow.count()).isZero();
	}

	@Test
	void aSlowTimedCallIsReportedAsSuch() {
		CountDownLatch release = new CountDownLatch(1);
		this.reactor.callLater(Duration.ofMillis(1), () -> holdTheLoop(release));
		awaitReports(1);
		release.countDown();
		assertThat(this.log.list.get(0).getFormattedMessage()).contains("callLater");
	}

	@Test
	void aSlowProtocolIsNamedWithItsPort() throws Exception {
		CountDownLatch release = new CountDownLatch(1);
		ListeningPort port = this.running
			.call(() -> this.reactor.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(() -> new Recorder() {
						@Override
						void received(String text) throws Exception {
							holdTheLoop(release);
						}

						@Override
						public String logPrefix() {
							return "Ponderer";
						}
					}), 5));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			socket.getOutputStream().write('x');
			Awaitility.await()
				.until(() -> this.log.list.stream()
					.anyMatch((report) -> report.getFormattedMessage().contains("Ponderer")));
			release.countDown();
		}
		this.running.result(this.running.call(port::stopListening));
		assertThat(this.log.list).last()
			.satisfies((report) -> assertThat(report.getFormattedMessage())
				.contains("127.0.0.1:" + port.getHost().port()));
	}

	@Test
	void aSlowStartupTriggerIsReportedWithItsStack() {
		this.running.stop();
		CountDownLatch release = new CountDownLatch(1);
		this.reactor.callWhenRunning(() -> holdTheLoop(release));
		this.reactor.start();
		awaitReports(1);
		release.countDown();
		assertThat(Arrays.stream(this.log.list.get(0).getThrowableProxy().getStackTraceElementProxyArray())
			.map((frame) -> frame.getStackTraceElement().getMethodName())).contains("holdTheLoop");
	}

	@Test
	void slowCallbacksAreSeenAgainAfterTheWatchHasRested() {
		SlowCallbacks slow = new SlowCallbacks(Duration.ofMillis(4));
		CallbackWatch watch = new CallbackWatch(slow);
		watch.thread(Thread.currentThread());
		slow.start("rested", List.of(watch));
		try {
			Awaitility.await().until(slow::asleep);
			watch.enter("somebody");
			Awaitility.await().until(() -> slow.count() == 1);
			watch.exit();
			Awaitility.await().until(slow::asleep);
			watch.enter("somebody");
			Awaitility.await().until(() -> slow.count() == 2);
			watch.exit();
		}
		finally {
			slow.stop();
		}
	}

	@Test
	void theWatchEndsWithTheReactor() {
		assertThat(watchers()).isEqualTo(1);
		this.running.stop();
		Awaitility.await().until(() -> watchers() == 0);
	}

	@Test
	void aThresholdOfZeroWatchesNobody() {
		Reactor unwatched = new ReactorBuilder().eventLoopModel(EventLoopModel.NIO)
			.name("unwatched")
			.slowCallbackThreshold(Duration.ZERO)
			.build();
		unwatched.start();
		try {
			assertThat(Thread.getAllStackTraces().keySet())
				.noneMatch((thread) -> thread.getName().equals("unwatched-watch"));
		}
		finally {
			unwatched.stop();
		}
		assertThat(unwatched.statistics().slowCallbacks()).isZero();
	}

	private static long watchers() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> thread.getName().equals("slow-watch"))
			.count();
	}

	private void awaitReports(int number) {
		Awaitility.await().until(() -> this.log.list.size() >= number);
		assertThat(this.log.list).hasSize(number);
		assertThat(this.reactor.statistics().slowCallbacks()).isEqualTo(number);
	}

	private static void holdTheLoop(CountDownLatch release) throws InterruptedException {
		assertThat(release.await(20, TimeUnit.SECONDS)).isTrue();
	}

	private static void spin(Duration time) {
		long end = System.nanoTime() + time.toNanos();
		while (System.nanoTime() < end) {
			Thread.onSpinWait();
		}
	}

}
