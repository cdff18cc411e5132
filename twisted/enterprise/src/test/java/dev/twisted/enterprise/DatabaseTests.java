package dev.twisted.enterprise;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.internet.netty.ReactorBuilder;
import dev.twisted.testing.TestDatabase;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.entry;

/**
 * What holds with every database.
 */
abstract class DatabaseTests {

	@RegisterExtension
	private final RunningPool running;

	DatabaseTests(TestDatabase database) {
		this.running = new RunningPool(database, 3, (builder) -> builder);
	}

	@BeforeEach
	void createTable() {
		await(pool().runOperation("DROP TABLE IF EXISTS person"));
		await(pool().runOperation("CREATE TABLE person (id BIGINT AUTO_INCREMENT PRIMARY KEY, "
				+ "user_name VARCHAR(100) NOT NULL UNIQUE, age INT, vip BOOLEAN, born DATETIME, notes TEXT)"));
	}

	@Test
	void rowsAreMapsByTheNamesOfTheirColumns() {
		insert("anna", 30);
		List<Row> rows = await(pool().runQuery("SELECT user_name, age, vip FROM person"));
		assertThat(rows).hasSize(1);
		Row row = rows.get(0);
		assertThat(row.keySet()).containsExactly("user_name", "age", "vip");
		assertThat(row).contains(entry("user_name", "anna"), entry("vip", null)).hasSize(3);
		assertThat(row.get("USER_NAME")).isEqualTo("anna");
		assertThat(row.get("age", Long.class)).isEqualTo(30L);
		assertThat(row.value(0)).isEqualTo("anna");
	}

	@Test
	void aLongTextIsThereAtOnce() {
		String text = "所有的 ".repeat(5_000);
		await(pool().runOperation("INSERT INTO person (user_name, notes) VALUES (?, ?)", "anna", text));
		assertThat(await(pool().runQuery("SELECT notes FROM person")).get(0)).containsEntry("notes", text);
		assertThat(await(pool().runQuery(String.class, "SELECT notes FROM person"))).containsExactly(text);
	}

	@Test
	void rowsAreRecords() {
		LocalDateTime born = LocalDateTime.of(1990, 5, 17, 12, 30, 15);
		await(pool().runOperation("INSERT INTO person (user_name, age, vip, born, notes) VALUES (?, ?, ?, ?, ?)",
				"anna", 30, true, born, "long ago"));
		assertThat(await(pool().runQuery(Person.class, "SELECT * FROM person")))
			.containsExactly(new Person(1, "anna", 30, true, born, "long ago"));
	}

	@Test
	void theValuesOfASingleColumnAreOfTheTypeAskedForAndMayBeNull() {
		insert("anna", 30);
		insert("bert", null);
		assertThat(await(pool().runQuery(Long.class, "SELECT age FROM person ORDER BY id"))).containsExactly(30L, null);
		assertThat(await(pool().runQuery(int.class, "SELECT COUNT(*) FROM person"))).containsExactly(2);
		assertThat(await(pool().runQuery(String.class, "SELECT user_name FROM person ORDER BY id")))
			.containsExactly("anna", "bert");
	}

	@Test
	void aMapperMakesAnythingOfARow() {
		insert("anna", 30);
		Query query = Query.of("SELECT user_name FROM person");
		assertThat(await(pool().runQuery((row) -> "I am " + row.get("user_name", String.class), query)))
			.containsExactly("I am anna");
	}

	@Test
	void whatAMapperThrowsReachesTheCallerAndTheConnectionIsWell() {
		insertMany(100);
		IllegalStateException broken = new IllegalStateException("broken");
		assertThat(failure(pool().runQuery((row) -> {
			throw broken;
		}, Query.of("SELECT user_name FROM person")))).isSameAs(broken);
		this.running.awaitAllBack();
		assertThat(await(pool().runQuery(int.class, "SELECT COUNT(*) FROM person"))).containsExactly(100);
	}

	@Test
	void evenAnErrorOfTheMachineReachesTheCallerAndTheConnectionIsWell() {
		insertMany(100);
		for (Error broken : List.of(new NoClassDefFoundError("broken"), new StackOverflowError("broken"),
				new AssertionError("broken"))) {
			Query query = Query.of("SELECT user_name FROM person");
			RowMapper<String> mapper = (row) -> {
				throw broken;
			};
			assertThat(failure(pool().runQuery(mapper, query))).isSameAs(broken);
			assertThat(failure(Deferreds.collect(pool().streamQuery(mapper, query)))).isSameAs(broken);
			assertThat(failure(pool().runInteraction((transaction) -> transaction.runQuery(mapper, query))))
				.isSameAs(broken);
			assertThat(failure(pool().runInteraction((transaction) -> {
				throw broken;
			}))).isSameAs(broken);
		}
		this.running.awaitAllBack();
		assertThat(await(pool().runQuery(int.class, "SELECT COUNT(*) FROM person"))).containsExactly(100);
	}

	@Test
	void aRecordWithoutItsColumnOrWithANullInAPrimitiveIsRefusedByName() {
		insert("anna", null);
		assertThat(failure(pool().runQuery(Person.class, "SELECT id, user_name FROM person")))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("'age'");
		assertThat(failure(pool().runQuery(Age.class, "SELECT age FROM person")))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("'age'");
	}

	@Test
	void anOperationSaysHowManyRowsItChanged() {
		assertThat(insert("anna", 30)).isEqualTo(1);
		insert("bert", 31);
		assertThat(await(pool().runOperation("UPDATE person SET age = age + 1"))).isEqualTo(2);
		assertThat(await(pool().runOperation("DELETE FROM person WHERE age > ?", 100))).isZero();
	}

	@Test
	void aBatchIsExecutedOnceForEachRow() {
		Query batch = Query.batch("INSERT INTO person (user_name, age) VALUES (?, ?)",
				List.of(List.of("anna", 30), List.of("bert", 31), Arrays.asList("carl", null)));
		assertThat(await(pool().runOperation(batch))).isEqualTo(3);
		assertThat(names()).containsExactly("anna", "bert", "carl");
	}

	@Test
	void aBatchWithNames() {
		Query batch = Query.namedBatch("INSERT INTO person (age, user_name) VALUES (:age, :name)",
				List.of(Map.of("name", "anna", "age", 30), Map.of("name", "bert", "age", 31)));
		assertThat(await(pool().runOperation(batch))).isEqualTo(2);
		assertThat(names()).containsExactly("anna", "bert");
	}

	@Test
	void aBatchOfWhichOneRowFailsInsertsNothing() {
		Query batch = Query.batch("INSERT INTO person (user_name) VALUES (?)",
				List.of(List.of("anna"), List.of("bert"), List.of("anna")));
		assertThat(failure(pool().runOperation(batch))).isInstanceOf(R2dbcDataIntegrityViolationException.class);
		assertThat(names()).isEmpty();
	}

	@Test
	void anInsertTellsTheKeyThatTheDatabaseMadeUp() {
		insert("anna", 30);
		List<Row> keys = await(pool().runInsert(Query.of("INSERT INTO person (user_name) VALUES (?)", "bert"), "id"));
		assertThat(keys).hasSize(1);
		assertThat(keys.get(0).get("id", Long.class)).isEqualTo(2L);
	}

	@Test
	void parametersHaveNames() {
		insert("anna", 30);
		Map<String, Object> parameters = new HashMap<>();
		parameters.put("name", "anna");
		parameters.put("nothing", null);
		assertThat(await(pool().runQuery(String.class, Query.of(
				"SELECT user_name FROM person WHERE user_name = :name AND ':name' <> :name AND :nothing IS NULL",
				parameters))))
			.containsExactly("anna");
	}

	@Test
	void aListOfValuesGoesIn() {
		insertMany(10);
		Query query = Query.of("SELECT user_name FROM person WHERE age IN (?) AND user_name LIKE ? ORDER BY id",
				List.of(2, 4, 6), "name%");
		assertThat(await(pool().runQuery(String.class, query))).containsExactly("name 2", "name 4", "name 6");
		Query named = Query.of("SELECT user_name FROM person WHERE age IN (:ages) ORDER BY id",
				Map.of("ages", List.of(1, 3)));
		assertThat(await(pool().runQuery(String.class, named))).containsExactly("name 1", "name 3");
	}

	@Test
	void anEmptyListAMissingNameAndAWrongNumberOfValuesAreRefused() {
		assertThat(failure(pool().runQuery("SELECT * FROM person WHERE age IN (?)", List.of())))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("empty");
		assertThat(failure(pool().runQuery("SELECT * FROM person WHERE age = :age", Map.of("name", 1))))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("'age'");
		assertThat(failure(pool().runQuery("SELECT * FROM person WHERE age = ?", 1, 2)))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("1 parameters");
		assertThatIllegalArgumentException().isThrownBy(() -> Query.batch("SELECT 1", List.of()));
	}

	@Test
	void aTypedNullIsNull() {
		await(pool().runOperation("INSERT INTO person (user_name, age) VALUES (?, ?)", "anna",
				Parameters.in(Integer.class)));
		assertThat(await(pool().runQuery(Integer.class, "SELECT age FROM person"))).containsExactly((Integer) null);
	}

	@Test
	void attemptsToInjectSqlArriveAsData() {
		String[] attempts = { "'; DROP TABLE person; --", "\\'; DROP TABLE person; -- ", "\\", "\\\\'", "' OR '1'='1",
				"\" OR 1=1 #", "a\0b'", "/* ' */", "?", ":name", "\u02bc' OR 1=1", "%' OR '%'='", "`; --",
				"\r\n'\u001a" };
		for (int i = 0; i < attempts.length; i++) {
			await(pool().runOperation("INSERT INTO person (user_name, age) VALUES (?, ?)", attempts[i], i));
			assertThat(await(pool().runQuery(String.class, "SELECT user_name FROM person WHERE age = ?", i)))
				.containsExactly(attempts[i]);
			assertThat(await(pool().runQuery(Integer.class, Query
				.of("SELECT age FROM person WHERE user_name IN (:names)", Map.of("names", List.of(attempts[i], "'"))))))
				.containsExactly(i);
		}
		assertThat(await(pool().runQuery("SELECT * FROM person WHERE user_name = ?", "' OR ''='"))).isEmpty();
		assertThat(await(pool().runQuery(int.class, "SELECT COUNT(*) FROM person"))).containsExactly(attempts.length);
	}

	@Test
	void aLargeResultIsReadAsItIsAskedForOnTheReactorsThread() {
		insertMany(1000);
		List<Integer> ages = pool().streamQuery(Integer.class, Query.of("SELECT age FROM person ORDER BY id"))
			.doOnNext((age) -> assertThat(this.running.reactor().inReactorThread()).isTrue())
			.limitRate(10)
			.collectList()
			.block(Duration.ofSeconds(20));
		assertThat(ages).containsExactlyElementsOf(IntStream.range(0, 1000).boxed().toList());
	}

	@Test
	void whoHasSeenEnoughOfALargeResultGivesTheConnectionBack() {
		insertMany(1000);
		List<Row> rows = pool().streamQuery(Query.of("SELECT * FROM person ORDER BY id"))
			.take(5)
			.collectList()
			.block(Duration.ofSeconds(20));
		assertThat(rows).hasSize(5);
		this.running.awaitAllBack();
	}

	@Test
	void aStreamFailsWithTheDriversException() {
		assertThat(pool().streamQuery(Query.of("SELECT nothing FROM nowhere"))
			.collectList()
			.map(Object.class::cast)
			.onErrorResume(Mono::just)
			.block(Duration.ofSeconds(20))).isInstanceOf(R2dbcBadGrammarException.class);
	}

	@Test
	void anInteractionIsCommittedAndGivesWhatItsFunctionGives() {
		Deferred<String> value = pool().runInteraction((transaction) -> "a value");
		assertThat(await(value)).isEqualTo("a value");
		Deferred<Long> deferred = pool().runInteraction(
				(transaction) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "anna")
					.compose((one) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "bert")
						.addCallback((two) -> one + two)));
		assertThat(await(deferred)).isEqualTo(2);
		Deferred<Long> mono = pool().runInteraction((
				transaction) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "carl").toMono());
		assertThat(await(mono)).isEqualTo(1);
		Deferred<List<Long>> flux = pool().runInteraction((transaction) -> Flux.just("dora", "emil")
			.concatMap((name) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", name).toMono()));
		assertThat(await(flux)).containsExactly(1L, 1L);
		assertThat(await(pool().<Object>runInteraction((transaction) -> null))).isNull();
		assertThat(names()).containsExactly("anna", "bert", "carl", "dora", "emil");
	}

	@Test
	void anInteractionMayBeWrittenTopToBottom() {
		Deferred<Integer> written = pool().runInteraction((transaction) -> Deferreds.inlineCallbacks(() -> {
			Deferreds.await(transaction.runOperation("INSERT INTO person (user_name, age) VALUES (?, ?)", "anna", 30));
			return Deferreds.await(transaction.runQuery(int.class, "SELECT age FROM person")).get(0);
		}));
		assertThat(await(written)).isEqualTo(30);
	}

	@Test
	void anInteractionThatThrowsIsRolledBackAndTheOriginalReachesTheCaller() {
		IllegalStateException original = new IllegalStateException("no");
		assertThat(failure(pool().runInteraction(
				(transaction) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "anna")
					.addCallback((one) -> {
						throw original;
					}))))
			.isSameAs(original);
		assertThat(failure(pool().runInteraction((transaction) -> {
			throw original;
		}))).isSameAs(original);
		assertThat(failure(pool().runInteraction(
				(transaction) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "bert")
					.toMono()
					.then(Mono.error(original)))))
			.isSameAs(original);
		assertThat(names()).isEmpty();
	}

	@Test
	void aStatementThatFailsUndoesTheWholeInteraction() {
		assertThat(failure(pool().runInteraction(
				(transaction) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "anna")
					.compose((one) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "anna")))))
			.isInstanceOf(R2dbcDataIntegrityViolationException.class);
		assertThat(names()).isEmpty();
	}

	@Test
	void statementsThatNobodyWaitsForAreStillPartOfTheTransaction() {
		await(pool().runInteraction((transaction) -> {
			for (int i = 0; i < 5; i++) {
				transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "name " + i);
			}
			return null;
		}));
		assertThat(names()).hasSize(5);
	}

	@Test
	void aTransactionIsOfNoUseAfterItsInteraction() {
		Deferred<Transaction[]> over = pool().runInteraction((transaction) -> new Transaction[] { transaction });
		Transaction transaction = await(over)[0];
		assertThat(failure(transaction.runOperation("DELETE FROM person"))).isInstanceOf(IllegalStateException.class)
			.hasMessageContaining("is over");
	}

	@Test
	void othersDoNotSeeWhatIsNotCommitted() {
		assertThat(await(pool().<Integer>runInteraction(
				(transaction) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "anna")
					.compose((one) -> pool().runQuery(int.class, "SELECT COUNT(*) FROM person"))
					.addCallback((counts) -> counts.get(0)))))
			.isZero();
		assertThat(names()).containsExactly("anna");
	}

	@Test
	void isolationAndReadOnlyAreForOneTransaction() {
		TransactionOptions options = TransactionOptions.DEFAULT.withIsolation(IsolationLevel.REPEATABLE_READ)
			.withReadOnly();
		Deferred<int[]> counts = pool().runInteraction(options,
				(transaction) -> transaction.runQuery(int.class, "SELECT COUNT(*) FROM person")
					.compose((before) -> pool().runOperation("INSERT INTO person (user_name) VALUES (?)", "anna")
						.compose((one) -> transaction.runQuery(int.class, "SELECT COUNT(*) FROM person"))
						.addCallback((after) -> new int[] { before.get(0), after.get(0) })));
		assertThat(await(counts)).containsExactly(0, 0);
		Deferred<int[]> committed = pool().runInteraction(
				TransactionOptions.DEFAULT.withIsolation(IsolationLevel.READ_COMMITTED),
				(transaction) -> transaction.runQuery(int.class, "SELECT COUNT(*) FROM person")
					.compose((before) -> pool().runOperation("INSERT INTO person (user_name) VALUES (?)", "bert")
						.compose((one) -> transaction.runQuery(int.class, "SELECT COUNT(*) FROM person"))
						.addCallback((after) -> new int[] { before.get(0), after.get(0) })));
		assertThat(await(committed)).containsExactly(1, 2);
	}

	@Test
	void aConnectionIsLentInATransactionThatMayBeEndedOnTheWay() {
		assertThat(failure(pool().runWithConnection(
				(connection) -> connection.runOperation("INSERT INTO person (user_name) VALUES (?)", "anna")
					.compose((one) -> connection.commit())
					.compose((done) -> connection.runOperation("INSERT INTO person (user_name) VALUES (?)", "bert"))
					.compose((two) -> connection.rollback())
					.compose((done) -> connection.runOperation("INSERT INTO person (user_name) VALUES (?)", "carl"))
					.addCallback((three) -> {
						assertThat(connection.unwrap().isAutoCommit()).isFalse();
						throw new IllegalStateException("at last");
					}))))
			.hasMessage("at last");
		assertThat(names()).containsExactly("anna");
	}

	@Test
	void resultsFireOnTheReactorsThreadAndFunctionsAreCalledThere() throws Exception {
		CompletableFuture<Boolean> query = new CompletableFuture<>();
		// Added on that thread: a result that is there already is passed on where it is
		// asked for.
		this.running.reactor()
			.callFromThread(() -> pool().runQuery("SELECT 1")
				.addCallback((rows) -> query.complete(this.running.reactor().inReactorThread())));
		assertThat(query.get()).isTrue();
		assertThat(await(pool().<Boolean>runInteraction((transaction) -> transaction.runQuery("SELECT 1")
			.addCallback((rows) -> this.running.reactor().inReactorThread())))).isTrue();
		assertThat(await(pool().<Boolean>runInteraction((transaction) -> this.running.reactor().inReactorThread())))
			.isTrue();
	}

	@Test
	void manyCallersShareFewConnections() {
		await(Deferreds.gatherResults(
				IntStream.range(0, 500).mapToObj((i) -> pool().runQuery(int.class, "SELECT ?", i)).toList()));
		assertThat(this.running.metrics().allocatedSize()).isLessThanOrEqualTo(3);
	}

	@Test
	void aCallAfterTheCloseFailsAtOnceAndThoseUnderWayEnd() {
		Deferred<Long> underWay = pool().runInteraction(
				(transaction) -> transaction.runOperation("INSERT INTO person (user_name) VALUES (?)", "anna"));
		Deferred<Void> closed = pool().close();
		assertThat(pool().running()).isFalse();
		assertThat(failure(pool().runQuery("SELECT 1"))).isInstanceOf(ConnectionPoolClosedException.class);
		assertThat(failure(pool().<Object>runInteraction((transaction) -> null)))
			.isInstanceOf(ConnectionPoolClosedException.class);
		assertThat(pool().streamQuery(Query.of("SELECT 1"))
			.collectList()
			.map(Object.class::cast)
			.onErrorResume(Mono::just)
			.block()).isInstanceOf(ConnectionPoolClosedException.class);
		await(closed);
		assertThat(await(underWay)).isEqualTo(1);
		await(pool().close());
	}

	@Test
	void aFunctionThatTheReactorIsNeverGoingToCallDoesNotHoldUpTheClose() {
		ConnectionPool early = new ConnectionPoolBuilder(new ReactorBuilder().build(), this.running.connections())
			.closeTimeout(Duration.ofMinutes(10))
			.build();
		early.runInteraction((transaction) -> "never called");
		Awaitility.await().until(() -> this.running.metrics().acquiredSize() == 1);
		await(early.close());
	}

	final RunningPool running() {
		return this.running;
	}

	final ConnectionPool pool() {
		return this.running.pool();
	}

	final <T> T await(Deferred<T> deferred) {
		return this.running.await(deferred);
	}

	final Throwable failure(Deferred<?> deferred) {
		return this.running.failure(deferred);
	}

	final List<String> names() {
		return await(pool().runQuery(String.class, "SELECT user_name FROM person ORDER BY id"));
	}

	private long insert(String name, Integer age) {
		return await(pool().runOperation("INSERT INTO person (user_name, age) VALUES (?, ?)", name, age));
	}

	final void insertMany(int number) {
		Query batch = Query.batch("INSERT INTO person (user_name, age) VALUES (?, ?)",
				IntStream.range(0, number).mapToObj((i) -> List.of("name " + i, i)).toList());
		assertThat(await(pool().runOperation(batch))).isEqualTo(number);
	}

	record Person(long id, String userName, int age, boolean vip, LocalDateTime born, String notes) {
	}

	record Age(int age) {
	}

}
