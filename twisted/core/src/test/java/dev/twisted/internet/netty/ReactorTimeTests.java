package dev.twisted.internet.netty;

import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.internet.AlreadyCancelledException;
import dev.twisted.internet.DelayedCall;
import dev.twisted.internet.EventLoopModel;
import dev.twisted.internet.Factory;
import dev.twisted.internet.ListeningPort;
import dev.twisted.internet.NotInReactorThreadException;
import dev.twisted.internet.Reactor;
import io.netty.util.concurrent.AbstractScheduledEventExecutor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

@EveryTransport
class ReactorTimeTests {

	private static final Duration LONG = Duration.ofHours(1);

	@RegisterExtension
	private final RunningReactor running;

	private final List<String> order = new CopyOnWriteArrayList<>();

	private Reactor reactor;

	ReactorTimeTests(EventLoopModel model) {
		this.running = new RunningReactor(model);
	}

	@BeforeEach
	void reactor() {
		this.reactor = this.running.get();
	}

	@Test
	void shortTimersInFrontOfALongOneLeaveNothingBehind() throws Exception {
		DelayedCall distant = this.running.call(() -> this.reactor.callLater(LONG, () -> this.order.add("distant")));
		for (int i = 0; i < 500; i++) {
			CompletableFuture<String> made = new CompletableFuture<>();
			this.reactor.callFromThread(() -> this.reactor.callLater(Duration.ZERO, () -> made.complete("made")));
			made.get(10, TimeUnit.SECONDS);
		}
		assertThat(this.running.<Integer>call(this::scheduledTasks)).isLessThan(5);
		distant.cancel();
	}

	/** What waits in Netty's own queue, which nothing but its field tells. */
	private int scheduledTasks() throws ReflectiveOperationException {
		Field queue = AbstractScheduledEventExecutor.class.getDeclaredField("scheduledTaskQueue");
		queue.setAccessible(true);
		return ((Collection<?>) queue.get(((NettyReactor) this.reactor).mainLoop().executor())).size();
	}

	@Test
	void callsRunInTheOrderInWhichTheyFallDue() {
		this.running.run(() -> {
			this.reactor.callLater(Duration.ofMillis(30), () -> this.order.add("third"));
			this.reactor.callLater(Duration.ofMillis(20), () -> this.order.add("second"));
			this.reactor.callLater(Duration.ofMillis(10), () -> this.order.add("first"));
		});
		awaitOrder("first", "second", "third");
	}

	@Test
	void callsWithTheSameDelayRunInTheOrderInWhichTheyWereMade() {
		List<String> made = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
		this.running.run(
				() -> made.forEach((name) -> this.reactor.callLater(Duration.ofMillis(5), () -> this.order.add(name))));
		awaitOrder(made.toArray(String[]::new));
	}

	@Test
	void aCallIsNeverMadeBeforeItIsDue() {
		List<Duration> early = new CopyOnWriteArrayList<>();
		this.running.run(() -> IntStream.range(0, 50).forEach((i) -> {
			DelayedCall[] call = new DelayedCall[1];
			call[0] = this.reactor.callLater(Duration.ofNanos(i * 700_000L), () -> {
				if (this.reactor.seconds().compareTo(call[0].getTime()) < 0) {
					early.add(call[0].getTime());
				}
				this.order.add("made");
			});
		}));
		Awaitility.await().until(() -> this.order.size() == 50);
		assertThat(early).isEmpty();
	}

	@Test
	void aCallOfZeroMadeInATimedCallRunsAfterTheInputThatIsThere() throws Exception {
		ListeningPort port = this.running
			.call(() -> this.reactor.listenTCP(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
					Factory.forProtocol(() -> new Recorder() {
						@Override
						protected void connectionMade() {
							ReactorTimeTests.this.order.add("made");
						}

						@Override
						void received(String text) {
							ReactorTimeTests.this.order.add("input");
						}
					}), 5));
		try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port.getHost().port())) {
			Awaitility.await().until(() -> this.order.contains("made"));
			this.running.run(() -> this.reactor.callLater(Duration.ZERO, () -> {
				this.reactor.callLater(Duration.ZERO, () -> this.order.add("zero"));
				// On the loopback it has arrived when this returns.
				socket.getOutputStream().write('x');
				this.order.add("timed");
			}));
			awaitOrder("made", "timed", "input", "zero");
		}
		this.running.result(this.running.call(port::stopListening));
	}

	@Test
	void aCallFromThreadGoesBeforeACallOfZeroThatWasMadeFirst() {
		this.running.run(() -> {
			this.reactor.callLater(Duration.ZERO, () -> this.order.add("zero"));
			this.reactor.callFromThread(() -> this.order.add("from thread"));
		});
		awaitOrder("from thread", "zero");
	}

	@Test
	void callsThatAlwaysMakeAnotherOfZeroLeaveTheirTurnsToOthers() {
		CountDownLatch others = new CountDownLatch(100);
		this.running.run(() -> again(others));
		while (others.getCount() > 0) {
			this.running.run(others::countDown);
		}
		Awaitility.await().until(() -> this.reactor.getDelayedCalls().isEmpty());
	}

	private void again(CountDownLatch others) {
		if (others.getCount() > 0) {
			this.reactor.callLater(Duration.ZERO, () -> again(others));
		}
	}

	@Test
	void aNegativeDelayIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.reactor.callLater(Duration.ofMillis(-5), () -> {
		})).withMessageContaining("PT0.005S before now");
	}

	@Test
	void aCallMadeElsewhereRunsOnTheReactorsThread() throws Exception {
		CountDownLatch done = new CountDownLatch(1);
		this.reactor.callLater(Duration.ZERO, () -> {
			this.order.add("in reactor thread: " + this.reactor.inReactorThread());
			done.countDown();
		});
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		assertThat(this.order).containsExactly("in reactor thread: true");
	}

	@Test
	void anEarlierCallMadeElsewhereWakesTheReactorUp() throws Exception {
		DelayedCall later = this.reactor.callLater(LONG, () -> this.order.add("later"));
		CountDownLatch done = new CountDownLatch(1);
		this.reactor.callLater(Duration.ofMillis(1), done::countDown);
		assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
		later.cancel();
	}

	@Test
	void aCallThatWasCalledOffIsNotMade() {
		this.running.run(() -> {
			DelayedCall cancelled = this.reactor.callLater(Duration.ofMillis(1), () -> this.order.add("cancelled"));
			this.reactor.callLater(Duration.ofMillis(2), () -> this.order.add("made"));
			cancelled.cancel();
		});
		awaitOrder("made");
	}

	@Test
	void aCallMayCallOffAnotherThatIsDueInTheSameTurn() {
		this.running.run(() -> {
			DelayedCall[] second = new DelayedCall[1];
			this.reactor.callLater(Duration.ZERO, () -> second[0].cancel());
			second[0] = this.reactor.callLater(Duration.ZERO, () -> this.order.add("cancelled"));
			this.reactor.callLater(Duration.ZERO, () -> this.order.add("made"));
		});
		awaitOrder("made");
	}

	@Test
	void aCallMayBeCalledOffFromAnyThread() {
		DelayedCall call = this.running.call(() -> this.reactor.callLater(LONG, () -> this.order.add("made")));
		call.cancel();
		assertThat(call.active()).isFalse();
		assertThat(this.reactor.getDelayedCalls()).isEmpty();
	}

	@Test
	void aCallThatWasCalledOffCannotBeCancelledDelayedOrReset() {
		DelayedCall call = this.reactor.callLater(LONG, () -> {
		});
		call.cancel();
		this.running.run(() -> {
			assertThatExceptionOfType(AlreadyCancelledException.class).isThrownBy(call::cancel);
			assertThatExceptionOfType(AlreadyCancelledException.class).isThrownBy(() -> call.delay(LONG));
			assertThatExceptionOfType(AlreadyCancelledException.class).isThrownBy(() -> call.reset(LONG));
		});
	}

	@Test
	void aCallThatWasMadeCannotBeCancelledDelayedOrReset() {
		DelayedCall call = this.reactor.callLater(Duration.ZERO, () -> this.order.add("made"));
		awaitOrder("made");
		this.running.run(() -> {
			assertThat(call.active()).isFalse();
			assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(call::cancel);
			assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> call.delay(LONG));
			assertThatExceptionOfType(AlreadyCalledException.class).isThrownBy(() -> call.reset(LONG));
		});
	}

	@Test
	void aCallIsNoLongerActiveWhileItIsMade() {
		this.running.run(() -> {
			DelayedCall[] call = new DelayedCall[1];
			call[0] = this.reactor.callLater(Duration.ZERO, () -> this.order.add("active: " + call[0].active()));
			assertThat(call[0].active()).isTrue();
		});
		awaitOrder("active: false");
	}

	@Test
	void delayMovesACallFromWhenItIsDue() {
		this.running.run(() -> {
			DelayedCall call = this.reactor.callLater(LONG, () -> {
			});
			Duration due = call.getTime();
			call.delay(Duration.ofSeconds(5));
			assertThat(call.getTime()).isEqualTo(due.plusSeconds(5));
			call.cancel();
		});
	}

	@Test
	void aNegativeDelayOfAPendingCallMakesItEarlier() {
		this.running.run(() -> this.reactor.callLater(LONG, () -> this.order.add("made")).delay(LONG.negated()));
		awaitOrder("made");
	}

	@Test
	void aCallDelayedBehindAnotherRunsAfterIt() {
		this.running.run(() -> {
			DelayedCall first = this.reactor.callLater(Duration.ofMillis(1), () -> this.order.add("delayed"));
			this.reactor.callLater(Duration.ofMillis(5), () -> this.order.add("other"));
			first.delay(Duration.ofMillis(9));
		});
		awaitOrder("other", "delayed");
	}

	@Test
	void resetMovesACallFromNow() {
		this.running.run(() -> {
			DelayedCall call = this.reactor.callLater(LONG, () -> this.order.add("made"));
			Duration before = this.reactor.seconds();
			call.reset(Duration.ofMinutes(1));
			assertThat(call.getTime()).isBetween(before.plusSeconds(60), this.reactor.seconds().plusSeconds(60));
			call.reset(Duration.ZERO);
		});
		awaitOrder("made");
	}

	@Test
	void delayAndResetOnAnotherThreadFailAndNameCallFromThread() {
		DelayedCall call = this.reactor.callLater(LONG, () -> {
		});
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(() -> call.delay(LONG))
			.withMessageContaining("callFromThread");
		assertThatExceptionOfType(NotInReactorThreadException.class).isThrownBy(() -> call.reset(LONG))
			.withMessageContaining("callFromThread");
		call.cancel();
	}

	@Test
	void aCallThatFailsIsCountedAndTheOthersGoOn() {
		this.running.expectErrors(2);
		this.running.run(() -> {
			this.reactor.callLater(Duration.ZERO, () -> {
				throw new IllegalStateException("expected by the test");
			});
			this.reactor.callLater(Duration.ZERO, () -> {
				throw new AssertionError("expected by the test");
			});
			this.reactor.callLater(Duration.ZERO, () -> this.order.add("made"));
		});
		awaitOrder("made");
		assertThat(this.reactor.statistics().callbackErrors()).isEqualTo(2);
	}

	@Test
	void theCallsStillToBeMadeAreListedAndCounted() {
		List<DelayedCall> made = new ArrayList<>();
		for (int i = 0; i < 20; i++) {
			made.add(this.reactor.callLater(LONG.plusSeconds(i % 3), () -> {
			}));
		}
		List<DelayedCall> listed = this.reactor.getDelayedCalls();
		assertThat(listed).containsExactlyInAnyOrderElementsOf(made);
		assertThat(this.reactor.statistics().delayedCalls()).isEqualTo(20);
		made.forEach(DelayedCall::cancel);
		assertThat(listed).hasSize(20);
		assertThat(this.reactor.getDelayedCalls()).isEmpty();
	}

	@Test
	void theLongestDelayThereIsHoldsNobodyUp() {
		DelayedCall longest = this.reactor.callLater(Duration.ofSeconds(Long.MAX_VALUE),
				() -> this.order.add("longest"));
		this.running.run(() -> {
			for (int i = 0; i < 10; i++) {
				longest.delay(Duration.ofSeconds(Long.MAX_VALUE));
			}
		});
		this.reactor.callLater(Duration.ofMillis(1), () -> this.order.add("made"));
		awaitOrder("made");
		assertThat(longest.getTime()).isGreaterThan(this.reactor.seconds().plusDays(365 * 50));
		longest.cancel();
	}

	@Test
	void secondsIsTheTimeSinceTheEpochAndNeverRunsBackwards() {
		Duration wallClock = Duration.ofMillis(System.currentTimeMillis());
		Duration before = this.reactor.seconds();
		assertThat(before).isBetween(wallClock.minusSeconds(5), wallClock.plusSeconds(5));
		for (int i = 0; i < 1000; i++) {
			Duration now = this.reactor.seconds();
			assertThat(now).isGreaterThanOrEqualTo(before);
			before = now;
		}
	}

	@Test
	void callsMadeFromManyThreadsAreAllMade() throws Exception {
		CountDownLatch all = new CountDownLatch(4 * 5000);
		List<Thread> threads = IntStream.range(0, 4).mapToObj((i) -> new Thread(() -> {
			for (int j = 0; j < 5000; j++) {
				this.reactor.callLater(Duration.ofNanos((j * 7919L) % 20_000_000), all::countDown);
			}
		})).toList();
		threads.forEach(Thread::start);
		assertThat(all.await(30, TimeUnit.SECONDS)).isTrue();
		for (Thread thread : threads) {
			thread.join();
		}
	}

	private void awaitOrder(String... expected) {
		Awaitility.await().untilAsserted(() -> assertThat(this.order).containsExactly(expected));
	}

}
