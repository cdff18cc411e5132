package dev.twisted.enterprise;

import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.defer.Deferred;
import dev.twisted.testing.TestDatabase;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What statements that fail mean for their transaction, what is told of statements, and
 * what goes in and comes out of them, with every database.
 */
abstract class StatementTests {

	private static final String INSERT = "INSERT INTO thing (name) VALUES (?)";

	private static final String BAD = "INSERT INTO nowhere (name) VALUES (?)";

	@RegisterExtension
	private final RunningPool running;

	StatementTests(TestDatabase database) {
		this.running = new RunningPool(database, 3, (builder) -> builder);
	}

	@BeforeEach
	void createTable() {
		await(pool().runOperation("DROP TABLE IF EXISTS thing"));
		await(pool().runOperation("CREATE TABLE thing (id BIGINT AUTO_INCREMENT PRIMARY KEY, "
				+ "name VARCHAR(100) UNIQUE, number INT, made TIMESTAMP NULL, content VARBINARY(100))"));
	}

	@Test
	void aFailureThatNobodyDealsWithUndoesTheInteraction() {
		assertThat(failure(pool().runInteraction((transaction) -> {
			transaction.runOperation(BAD, "bad");
			return transaction.runOperation(INSERT, "good");
		}))).isInstanceOf(R2dbcBadGrammarException.class);
		assertThat(failure(pool().runInteraction((transaction) -> {
			transaction.runOperation(INSERT, "good").addCallback((one) -> transaction.runOperation(BAD, "bad"));
			return "at once";
		}))).isInstanceOf(R2dbcBadGrammarException.class);
		assertThat(failure(pool().runWithConnection((connection) -> {
			connection.runOperation(INSERT, "good");
			connection.runOperation(BAD, "bad");
			return null;
		}))).isInstanceOf(R2dbcBadGrammarException.class);
		assertThat(names()).isEmpty();
	}

	@Test
	void aFailureThatIsDealtWithDoesNot() {
		assertThat(await(pool().<Long>runInteraction((transaction) -> {
			transaction.runOperation(BAD, "bad").addErrback((failure) -> 0L);
			transaction.runOperation(BAD, "bad").recover((failure) -> transaction.runOperation(INSERT, "instead"));
			return transaction.runOperation(INSERT, "good");
		}))).isEqualTo(1);
		assertThat(await(pool().<String>runInteraction((transaction) -> transaction.runOperation(BAD, "bad")
			.toMono()
			.<Object>map((one) -> one)
			.onErrorResume((ex) -> Mono.just("dealt with"))))).isEqualTo("dealt with");
		assertThat(names()).containsExactlyInAnyOrder("good", "instead");
	}

	@Test
	void whatAnErrbackFailsWithIsWhatTheInteractionFailsWith() {
		assertThat(failure(pool().runInteraction((transaction) -> {
			transaction.runOperation(BAD, "bad").addErrback((failure) -> {
				throw new IllegalStateException("worse");
			});
			return transaction.runOperation(INSERT, "good");
		}))).hasMessage("worse");
		assertThat(names()).isEmpty();
	}

	@Test
	void amongVeryManyStatementsTheOneThatHasFailedIsNotForgotten() {
		assertThat(failure(pool().runInteraction((transaction) -> {
			transaction.runOperation(BAD, "bad");
			Deferred<Long> last = transaction.runOperation(INSERT, "first");
			for (int i = 0; i < 1000; i++) {
				int number = i;
				last = last.compose((one) -> transaction.runOperation(INSERT, "name " + number));
			}
			return last;
		}))).isInstanceOf(R2dbcBadGrammarException.class);
		assertThat(names()).isEmpty();
	}

	@Test
	void aFailureTellsTheStatementButNotTheValues() {
		await(pool().runOperation(INSERT, "secret"));
		assertThat(failure(pool().runOperation(INSERT, "secret")))
			.isInstanceOf(R2dbcDataIntegrityViolationException.class)
			.satisfies((ex) -> assertThat(ex.getSuppressed()).hasSize(1)
				.allSatisfy((told) -> assertThat(told.toString()).contains(INSERT).doesNotContain("secret")));
	}

	@Test
	void theLogTellsTheStatementsButNotTheValues() {
		Logger logger = (Logger) LoggerFactory.getLogger(Statements.class);
		ListAppender<ILoggingEvent> appender = new ListAppender<>();
		appender.start();
		logger.addAppender(appender);
		logger.setLevel(Level.DEBUG);
		try {
			await(pool().runOperation(INSERT, "secret"));
		}
		finally {
			logger.setLevel(null);
			logger.detachAppender(appender);
		}
		assertThat(appender.list).extracting(ILoggingEvent::getFormattedMessage).containsExactly(INSERT);
	}

	@Test
	void aMapHasTheValuesByNameInEveryCall() {
		Map<String, Object> values = Map.of("name", "anna");
		assertThat(await(pool().runOperation("INSERT INTO thing (name) VALUES (:name)", values))).isEqualTo(1);
		String sql = "SELECT name FROM thing WHERE name = :name";
		assertThat(await(pool().runQuery(sql, values))).hasSize(1);
		assertThat(await(pool().runQuery(String.class, sql, values))).containsExactly("anna");
		assertThat(await(pool().runQuery((row) -> row.get("name", String.class), sql, values))).containsExactly("anna");
		Duration limit = Duration.ofSeconds(20);
		assertThat(pool().streamQuery(sql, values).collectList().block(limit)).hasSize(1);
		assertThat(pool().streamQuery(String.class, sql, values).collectList().block(limit)).containsExactly("anna");
		assertThat(pool().streamQuery((row) -> row.get("name", String.class), sql, values).collectList().block(limit))
			.containsExactly("anna");
	}

	@Test
	void bytesGoInAndComeOut() {
		byte[] bytes = { 0, -1, '\'', '\\', '?', '\n' };
		await(pool().runOperation("INSERT INTO thing (content) VALUES (?)", bytes));
		assertThat(await(pool().runQuery(byte[].class, "SELECT content FROM thing"))).containsExactly(bytes);
		assertThat(await(pool().runQuery(int.class, "SELECT COUNT(*) FROM thing WHERE content = ?", bytes)))
			.containsExactly(1);
	}

	@Test
	void aWordMayFollowAParameterAtOnce() {
		await(pool().runOperation("INSERT INTO thing (name, number) VALUES (?, ?)", "anna", 1));
		assertThat(await(pool().runQuery(String.class, "SELECT name FROM thing WHERE number=?AND name=?", 1, "anna")))
			.containsExactly("anna");
		assertThat(await(pool().runQuery(String.class, "SELECT name FROM thing WHERE number=?AND name=?", 2, "anna")))
			.isEmpty();
	}

	@Test
	void whoGivesAValueToNoParameterIsToldHowToWriteOne() {
		assertThat(failure(pool().runQuery("SELECT * FROM thing WHERE name = :name", "anna")))
			.isInstanceOf(IllegalArgumentException.class)
			.hasMessageContaining("0 parameters, and was given 1")
			.hasMessageContaining("written as ?")
			.hasMessageContaining(":name");
	}

	@Test
	void aValueThatCannotBeHadIsToldByItsName() {
		await(pool().runOperation(INSERT, "no number"));
		assertThat(failure(pool().runQuery(int.class, "SELECT name FROM thing"))).hasMessageContaining("'name'");
		assertThat(failure(pool().runQuery(Numbered.class, "SELECT name FROM thing"))).hasMessageContaining("'name'")
			.hasMessageContaining(Numbered.class.getName());
		assertThat(failure(pool().runQuery(LocalDateTime.class, "SELECT name FROM thing")))
			.hasMessageContaining("'name'");
		Row row = await(pool().runQuery("SELECT name FROM thing")).get(0);
		assertThatIllegalArgumentException().isThrownBy(() -> row.get("name", Integer.class))
			.withMessageContaining("'name'");
	}

	@Test
	void constantsGoInAndComeOutByTheirNames() {
		await(pool().runOperation(INSERT, Kind.LARGE));
		assertThat(await(pool().runQuery(Kind.class, "SELECT name FROM thing WHERE name IN (?)", List.of(Kind.LARGE))))
			.containsExactly(Kind.LARGE);
		assertThat(await(pool().runQuery("SELECT name FROM thing")).get(0).get("name", Kind.class))
			.isEqualTo(Kind.LARGE);
	}

	@Test
	void numbersAreTextAndTimesAreLocal() {
		LocalDateTime made = LocalDateTime.of(2024, 5, 17, 12, 30, 15);
		await(pool().runOperation("INSERT INTO thing (number, made) VALUES (?, ?)", 42, made));
		assertThat(await(pool().runQuery(String.class, "SELECT number FROM thing"))).containsExactly("42");
		assertThat(await(pool().runQuery(LocalDateTime.class, "SELECT made FROM thing"))).containsExactly(made);
		assertThat(await(pool().runQuery("SELECT made FROM thing")).get(0).get("made", LocalDateTime.class))
			.isEqualTo(made);
		assertThat(await(pool().runQuery(Texts.class, "SELECT number FROM thing"))).containsExactly(new Texts("42"));
	}

	final ConnectionPool pool() {
		return this.running.pool();
	}

	final <T> T await(Deferred<T> deferred) {
		return this.running.await(deferred);
	}

	private Throwable failure(Deferred<?> deferred) {
		return this.running.failure(deferred);
	}

	private List<String> names() {
		return await(pool().runQuery(String.class, "SELECT name FROM thing"));
	}

	enum Kind {

		SMALL, LARGE

	}

	record Numbered(int name) {
	}

	record Texts(String number) {
	}

}
