package dev.twisted.enterprise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.defer.TimeoutException;
import dev.twisted.testing.MariaDb;
import dev.twisted.testing.TestDatabase;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import io.r2dbc.spi.R2dbcTimeoutException;
import org.assertj.core.api.Condition;
import org.assertj.core.util.Throwables;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What goes wrong with a real server: every call ends, nothing is half done, every
 * connection comes back, and the next call works.
 */
class FaultTests {

	private static final String INSERT = "INSERT INTO account (name) VALUES (?)";

	private final MariaDb server = MariaDb.running();

	@RegisterExtension
	private final RunningPool running = new RunningPool(TestDatabase.MARIADB, 4,
			(builder) -> builder.acquireTimeout(Duration.ofSeconds(5)).queryTimeout(Duration.ofSeconds(15)));

	/** Another way to the same server, to look at it. */
	@RegisterExtension
	private final RunningPool witness = new RunningPool(TestDatabase.MARIADB, 1, (builder) -> builder);

	@BeforeEach
	void createTable() {
		look("DROP TABLE IF EXISTS account");
		look("CREATE TABLE account (id BIGINT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(50) UNIQUE) ENGINE=InnoDB");
	}

	@AfterEach
	void theNextCallWorks() {
		this.running.awaitAllBack();
		assertThat(await(pool().runQuery(int.class, "SELECT 6 * 7"))).containsExactly(42);
	}

	@Test
	void aServerKilledInMidQueryFailsTheQueryAndIsFoundAgainWhenItIsBack() {
		List<Deferred<?>> queries = new ArrayList<>();
		for (int i = 0; i < 4; i++) {
			queries.add(pool().runQuery("SELECT SLEEP(30)"));
		}
		awaitSleepers(4);
		this.server.kill();
		queries.forEach((query) -> assertThat(failure(query)).isInstanceOf(R2dbcException.class));
		assertThat(failure(pool().runQuery("SELECT 1"))).isNotInstanceOf(TimeoutException.class);
		this.running.awaitAllBack();
		this.server.start();
		assertThat(await(Deferreds
			.gatherResults(IntStream.range(0, 20).mapToObj((i) -> pool().runQuery(int.class, "SELECT 1")).toList())))
			.hasSize(20);
	}

	@Test
	void deadConnectionsThatThePoolStillHasAreNotGivenToAnybody() {
		await(Deferreds
			.gatherResults(IntStream.range(0, 4).mapToObj((i) -> pool().runQuery("SELECT SLEEP(0.1)")).toList()));
		this.running.awaitAllBack();
		assertThat(this.running.metrics().idleSize()).isGreaterThan(2);
		this.server.kill();
		this.server.start();
		assertThat(await(pool().runQuery(int.class, "SELECT 1"))).containsExactly(1);
	}

	@Test
	void aServerKilledInMidTransactionLeavesNothingHalfCommitted() {
		Deferred<Object> goOn = new Deferred<>();
		CompletableFuture<String> half = new CompletableFuture<>();
		Deferred<Object> interaction = pool()
			.runInteraction((transaction) -> transaction.runOperation(INSERT, "half").compose((one) -> {
				half.complete("inserted");
				return goOn;
			}).compose((go) -> transaction.runOperation(INSERT, "other half")));
		half.join();
		this.server.kill();
		goOn.callback("go on");
		assertThat(failure(interaction)).isInstanceOf(Exception.class);
		this.running.awaitAllBack();
		this.server.start();
		assertThat(await(pool().runQuery("SELECT * FROM account"))).isEmpty();
	}

	@Test
	void aServerThatIsAwayRefusesAtOnce() {
		this.server.kill();
		try {
			assertThat(failure(pool().runQuery("SELECT 1"))).isNotInstanceOf(TimeoutException.class);
			assertThat(failure(pool().<Object>runInteraction((transaction) -> "never called")))
				.isNotInstanceOf(TimeoutException.class);
		}
		finally {
			this.server.start();
		}
	}

	@Test
	void aServerThatHangsCostsNoMoreThanTheLimit() {
		ConnectionPool pool = limited(Duration.ofMillis(300));
		await(pool.runQuery("SELECT 1"));
		this.server.freeze();
		try {
			assertThat(failure(pool.runQuery("SELECT 1"))).isInstanceOf(TimeoutException.class);
			assertThat(failure(pool.<Object>runInteraction((transaction) -> transaction.runOperation(INSERT, "never"))))
				.isInstanceOf(TimeoutException.class);
		}
		finally {
			this.server.thaw();
		}
		this.running.awaitAllBack();
		assertThat(names()).isEmpty();
	}

	@Test
	void aPoolExhaustedByFiveHundredCallersFailsThemClearlyAndGoesOn() {
		ConnectionPool pool = new ConnectionPoolBuilder(this.running.reactor(), this.running.connections())
			.acquireTimeout(Duration.ofMillis(500))
			.build();
		Deferred<Object> free = new Deferred<>();
		List<Deferred<Object>> holders = IntStream.range(0, 4)
			.mapToObj((i) -> pool.<Object>runInteraction((transaction) -> {
				Deferred<Object> waiting = new Deferred<>();
				free.addCallback((go) -> {
					waiting.callback("held");
					return go;
				});
				return waiting;
			}))
			.toList();
		Awaitility.await().until(() -> this.running.metrics().acquiredSize() == 4);
		List<Deferred<List<Row>>> callers = IntStream.range(0, 500).mapToObj((i) -> pool.runQuery("SELECT 1")).toList();
		callers.forEach((caller) -> assertThat(failure(caller)).isInstanceOf(TimeoutException.class)
			.hasMessageContaining("No connection"));
		this.running.reactor().callFromThread(() -> free.callback("go"));
		holders.forEach((holder) -> assertThat(await(holder)).isEqualTo("held"));
		this.running.awaitAllBack();
		assertThat(this.running.metrics().allocatedSize()).isEqualTo(4);
	}

	@Test
	void aWrongPasswordIsSaidWithoutThePassword() {
		io.r2dbc.pool.ConnectionPool connections = TestDatabase.pool(TestDatabase.MARIADB.connect("not-the-Passw0rd"),
				2);
		try {
			ConnectionPool pool = new ConnectionPoolBuilder(this.running.reactor(), connections).build();
			Throwable refusal = failure(pool.runQuery("SELECT 1"));
			assertThat(refusal).isInstanceOf(R2dbcPermissionDeniedException.class);
			assertThat(refusal).hasStackTraceContaining("Access denied");
			assertThat(Throwables.getStackTrace(refusal)).doesNotContain("not-the-Passw0rd");
			assertThat(connections.getMetrics().orElseThrow().acquiredSize()).isZero();
			assertThat(pool.toString() + Query.of("SELECT ?", "not-the-Passw0rd")).doesNotContain("not-the-Passw0rd");
		}
		finally {
			connections.dispose();
		}
	}

	@Test
	void aQueryOverItsDeadlineFailsSoonAndIsStoppedAtTheServer() {
		ConnectionPool pool = limited(Duration.ofMillis(300));
		assertThat(failure(pool.runQuery("SELECT SLEEP(30)"))).isInstanceOf(TimeoutException.class)
			.hasMessageContaining("PT0.3S");
		awaitSleepers(0);
		this.running.awaitAllBack();
		assertThat(
				failure(pool.runInteraction(TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(200)),
						(transaction) -> transaction.runOperation(INSERT, "late")
							.compose((one) -> transaction.runQuery("SELECT SLEEP(30)")))))
			.hasMessageContaining("PT0.2S");
		this.running.awaitAllBack();
		assertThat(names()).isEmpty();
	}

	@Test
	void aCancelledQueryFailsAtOnceAndIsStoppedAtTheServer() {
		Deferred<List<Row>> query = pool().runQuery("SELECT SLEEP(30)");
		awaitSleepers(1);
		query.cancel();
		assertThat(failure(query)).isInstanceOf(CancelledException.class);
		awaitSleepers(0);
	}

	@Test
	void aCallerThatIsCancelledWhileItWaitsForAConnectionGetsNone() {
		List<Deferred<List<Row>>> sleepers = IntStream.range(0, 4)
			.mapToObj((i) -> pool().runQuery("SELECT SLEEP(30)"))
			.toList();
		awaitSleepers(4);
		Deferred<List<Row>> waiting = pool().runQuery("SELECT 1");
		Deferred<List<Integer>> next = pool().runQuery(int.class, "SELECT 2");
		waiting.cancel();
		assertThat(failure(waiting)).isInstanceOf(CancelledException.class);
		sleepers.forEach(Deferred::cancel);
		sleepers.forEach((sleeper) -> assertThat(failure(sleeper)).isInstanceOf(CancelledException.class));
		assertThat(await(next)).containsExactly(2);
	}

	@Test
	void anInteractionCancelledInItsStatementIsRolledBack() {
		Deferred<Object> interaction = pool().runInteraction((transaction) -> transaction.runOperation(INSERT, "half")
			.compose((one) -> transaction.runQuery("SELECT SLEEP(30)")));
		awaitSleepers(1);
		interaction.cancel();
		assertThat(failure(interaction)).isInstanceOf(CancelledException.class);
		this.running.awaitAllBack();
		assertThat(names()).isEmpty();
	}

	@Test
	void anInteractionCancelledWhileItWaitsForSomethingElseCancelsThatAndIsRolledBack() {
		CompletableFuture<String> cancelled = new CompletableFuture<>();
		CompletableFuture<String> inserted = new CompletableFuture<>();
		Deferred<Object> interaction = pool()
			.runInteraction((transaction) -> transaction.runOperation(INSERT, "half").compose((one) -> {
				inserted.complete("inserted");
				return new Deferred<>((deferred) -> cancelled.complete("cancelled"));
			}));
		inserted.join();
		interaction.cancel();
		assertThat(failure(interaction)).isInstanceOf(CancelledException.class);
		assertThat(cancelled.join()).isEqualTo("cancelled");
		this.running.awaitAllBack();
		assertThat(names()).isEmpty();
	}

	@Test
	void aStatementCancelledInsideAnInteractionLeavesTheRestOfItWell() {
		Deferred<Long> interaction = pool().runInteraction((transaction) -> {
			Deferred<List<Row>> sleeping = transaction.runQuery("SELECT SLEEP(30)");
			this.running.reactor().callLater(Duration.ofMillis(200), sleeping::cancel);
			return sleeping.recover((failure) -> Deferred.succeed(List.of()))
				.compose((rows) -> transaction.runOperation(INSERT, "whole"));
		});
		assertThat(await(interaction)).isEqualTo(1);
		assertThat(names()).containsExactly("whole");
	}

	@Test
	void cancelledAtAnyMomentAnInteractionIsDoneAsAWholeOrNotAtAll() {
		AtomicInteger finished = new AtomicInteger();
		for (int i = 0; i < 150; i++) {
			String name = "n" + i;
			Deferred<Object> interaction = pool()
				.runInteraction((transaction) -> transaction.runOperation(INSERT, name + " one")
					.compose((one) -> transaction.runOperation(INSERT, name + " two")));
			this.running.reactor().callLater(Duration.ofNanos(i * 30_000L), interaction::cancel);
			CompletableFuture<Object> ended = new CompletableFuture<>();
			interaction.addCallbacks((result) -> ended.complete(finished.incrementAndGet()),
					(failure) -> ended.complete(failure.value()));
			assertThat(ended.orTimeout(20, TimeUnit.SECONDS).join()).isInstanceOfAny(Integer.class,
					CancelledException.class);
		}
		this.running.awaitAllBack();
		List<String> names = names();
		assertThat(names.stream().filter((name) -> name.endsWith("one")).map((name) -> name.split(" ")[0]))
			.containsExactlyInAnyOrderElementsOf(
					names.stream().filter((name) -> name.endsWith("two")).map((name) -> name.split(" ")[0]).toList());
		assertThat(names).hasSizeGreaterThanOrEqualTo(2 * finished.get());
	}

	@Test
	void aStreamIsReadAsItIsAskedForAndCancelledInMidResult() {
		Query endless = Query.of("SELECT seq, REPEAT('x', 2000) FROM seq_1_to_1000000");
		AtomicInteger read = new AtomicInteger();
		assertThat(pool().streamQuery(endless)
			.doOnNext((row) -> read.incrementAndGet())
			.take(10)
			.collectList()
			.block(Duration.ofSeconds(20))).hasSize(10);
		this.running.awaitAllBack();
		assertThat(read.get()).isLessThan(1000);
	}

	@Test
	void aStreamThatNobodyAsksForHoldsNoMoreThanItsWindow() {
		AtomicInteger mapped = new AtomicInteger();
		Query query = Query.of("SELECT seq, REPEAT('x', 2000) FROM seq_1_to_1000000");
		BaseSubscriber<Integer> slow = new BaseSubscriber<>() {

			@Override
			protected void hookOnSubscribe(Subscription subscription) {
				subscription.request(5);
			}

		};
		CompletableFuture<Integer> first = new CompletableFuture<>();
		pool().<Integer>streamQuery((row) -> mapped.incrementAndGet(), query).doOnNext(first::complete).subscribe(slow);
		first.join();
		Awaitility.await().during(Duration.ofMillis(300)).until(() -> mapped.get() < 1000);
		slow.dispose();
		this.running.awaitAllBack();
	}

	@Test
	void aLockThatIsNotFreeInTimeIsTheDriversExceptionAndUndoesTheInteraction() {
		look("INSERT INTO account (name) VALUES ('locked')");
		Deferred<Object> free = new Deferred<>();
		CompletableFuture<Object> locked = new CompletableFuture<>();
		Deferred<Object> holder = pool().runInteraction(
				(transaction) -> transaction.runQuery("SELECT * FROM account WHERE name = 'locked' FOR UPDATE")
					.compose((rows) -> {
						locked.complete(rows);
						return free;
					}));
		locked.join();
		Deferred<Object> waiter = pool()
			.runInteraction((transaction) -> transaction.runOperation("SET innodb_lock_wait_timeout = 1")
				.compose((set) -> transaction.runOperation(INSERT, "undone"))
				.compose((one) -> transaction.runOperation("DELETE FROM account WHERE name = 'locked'")));
		assertThat(failure(waiter)).isInstanceOf(R2dbcTimeoutException.class);
		free.callback("go");
		await(holder);
		assertThat(names()).containsExactly("locked");
	}

	@Test
	void ofTwoInteractionsInADeadlockOneIsUndoneAsAWholeAlsoIfItIgnoresThat() {
		look("INSERT INTO account (name) VALUES ('a'), ('b')");
		AtomicInteger ready = new AtomicInteger();
		Deferred<Object> both = new Deferred<>();
		List<Deferred<Object>> interactions = new ArrayList<>();
		for (String[] order : new String[][] { { "1", "2" }, { "2", "1" } }) {
			interactions.add(pool().runInteraction((transaction) -> transaction
				.runOperation("UPDATE account SET name = CONCAT(name, '.') WHERE id = ?", order[0])
				.compose((one) -> {
					Deferred<Object> go = new Deferred<>();
					both.addCallback((result) -> {
						go.callback(result);
						return result;
					});
					if (ready.incrementAndGet() == 2) {
						both.callback("go");
					}
					return go;
				})
				.compose((go) -> transaction.runOperation("UPDATE account SET name = CONCAT(name, '.') WHERE id = ?",
						order[1]))
				.addErrback((failure) -> -1L)
				.compose((two) -> (two != -1) ? Deferred.succeed(two)
						: transaction.runOperation(INSERT, "in spite of it").addErrback((failure) -> -2L))));
		}
		List<Object> outcomes = new ArrayList<>();
		for (Deferred<Object> interaction : interactions) {
			CompletableFuture<Object> outcome = new CompletableFuture<>();
			interaction.addCallbacks(outcome::complete, (failure) -> outcome.complete(failure.value()));
			outcomes.add(outcome.orTimeout(20, TimeUnit.SECONDS).join());
		}
		assertThat(outcomes).haveExactly(1, new Condition<>(
				(outcome) -> outcome instanceof R2dbcException deadlock && "40001".equals(deadlock.getSqlState()),
				"a deadlock"));
		assertThat(outcomes).contains(1L);
		assertThat(names()).containsExactlyInAnyOrder("a.", "b.");
	}

	@Test
	void callsThatDoNotEndAreGivenUpOnWhenThePoolIsClosed() {
		ConnectionPool pool = new ConnectionPoolBuilder(this.running.reactor(), this.running.connections())
			.closeTimeout(Duration.ofMillis(200))
			.build();
		Deferred<List<Row>> sleeping = pool.runQuery("SELECT SLEEP(30)");
		Deferred<Object> waiting = pool.runInteraction((transaction) -> new Deferred<>());
		awaitSleepers(1);
		Deferred<Void> closed = pool.close();
		assertThat(failure(sleeping)).isInstanceOf(ConnectionPoolClosedException.class);
		assertThat(failure(waiting)).isInstanceOf(ConnectionPoolClosedException.class);
		await(closed);
	}

	/** The wait after the limit has its own length, which is why this takes that long. */
	@Test
	void aServerThatHangsDoesNotHoldUpTheCloseForEver() {
		ConnectionPool pool = new ConnectionPoolBuilder(this.running.reactor(), this.running.connections())
			.closeTimeout(Duration.ofMillis(100))
			.build();
		await(pool.runQuery("SELECT 1"));
		Deferred<List<Row>> query = pool.runQuery("SELECT SLEEP(30)");
		awaitSleepers(1);
		this.server.freeze();
		try {
			Deferred<Void> closed = pool.close();
			assertThat(failure(query)).isInstanceOf(ConnectionPoolClosedException.class);
			await(closed);
		}
		finally {
			this.server.thaw();
		}
	}

	@Test
	void fiveHundredCallersOfWhichHalfAreCancelledAllEnd() {
		List<Deferred<List<Integer>>> callers = IntStream.range(0, 500)
			.mapToObj((i) -> pool().runQuery(int.class, "SELECT " + i))
			.toList();
		for (int i = 0; i < 500; i += 2) {
			int number = i;
			callers.get(i).cancel();
			// Some were faster than that.
			callers.get(i).addErrback((failure) -> {
				failure.trap(CancelledException.class);
				return List.of(number);
			});
		}
		for (int i = 0; i < 500; i++) {
			assertThat(await(callers.get(i))).containsExactly(i);
		}
		this.running.awaitAllBack();
		assertThat(this.running.metrics().allocatedSize()).isLessThanOrEqualTo(4);
	}

	@Test
	void manyInteractionsAtOnceAllEnd() {
		await(Deferreds.gatherResults(IntStream.range(0, 200)
			.mapToObj((i) -> pool()
				.<Object>runInteraction((transaction) -> transaction.runOperation(INSERT, "name " + i)))
			.toList()));
		assertThat(names()).hasSize(200);
	}

	private ConnectionPool pool() {
		return this.running.pool();
	}

	private ConnectionPool limited(Duration queryTimeout) {
		return new ConnectionPoolBuilder(this.running.reactor(), this.running.connections()).queryTimeout(queryTimeout)
			.build();
	}

	private <T> T await(Deferred<T> deferred) {
		return this.running.await(deferred);
	}

	private Throwable failure(Deferred<?> deferred) {
		return this.running.failure(deferred);
	}

	private List<String> names() {
		return this.witness.await(this.witness.pool().runQuery(String.class, "SELECT name FROM account ORDER BY id"));
	}

	private void look(String sql) {
		this.witness.await(this.witness.pool().runOperation(sql));
	}

	private void awaitSleepers(int number) {
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.witness.await(this.witness.pool()
				.runQuery(int.class,
						"SELECT COUNT(*) FROM information_schema.processlist WHERE info LIKE 'SELECT SLEEP(30)%'")))
				.containsExactly(number));
	}

}
