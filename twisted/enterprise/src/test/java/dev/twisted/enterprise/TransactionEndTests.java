package dev.twisted.enterprise;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.defer.Deferred;
import dev.twisted.testing.TestDatabase;
import io.r2dbc.spi.R2dbcException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Transactions that lose their connection just before they are ended.
 */
class TransactionEndTests {

	@RegisterExtension
	private final RunningPool running = new RunningPool(TestDatabase.MARIADB, 2, (builder) -> builder);

	private final Logger logger = (Logger) LoggerFactory.getLogger(Errand.class);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	private final CompletableFuture<Long> connection = new CompletableFuture<>();

	private final Deferred<Object> end = new Deferred<>();

	@BeforeEach
	void prepare() {
		this.log.start();
		this.logger.addAppender(this.log);
		await(pool().runOperation("DROP TABLE IF EXISTS ended"));
		await(pool().runOperation("CREATE TABLE ended (name VARCHAR(50)) ENGINE=InnoDB"));
	}

	@AfterEach
	void nothingIsLeft() {
		this.logger.detachAppender(this.log);
		this.running.awaitAllBack();
		assertThat(await(pool().runQuery("SELECT * FROM ended"))).isEmpty();
	}

	@Test
	void aCommitThatFailsIsWhatTheInteractionFailsWith() {
		Deferred<Object> interaction = pool().runInteraction(this::insertAndWait);
		killConnection();
		assertThat(this.running.failure(interaction)).isInstanceOf(R2dbcException.class);
	}

	@Test
	void aRollbackThatFailsIsLoggedAndTheOriginalReachesTheCaller() {
		IllegalStateException original = new IllegalStateException("original");
		Deferred<Object> interaction = pool()
			.runInteraction((transaction) -> insertAndWait(transaction).addCallback((go) -> {
				throw original;
			}));
		killConnection();
		assertThat(this.running.failure(interaction)).isSameAs(original);
		Awaitility.await()
			.untilAsserted(() -> assertThat(this.log.list).extracting(ILoggingEvent::getFormattedMessage)
				.containsExactly("Rollback failed"));
	}

	private Deferred<Object> insertAndWait(Transaction transaction) {
		return transaction.runOperation("INSERT INTO ended VALUES ('never')")
			.compose((one) -> transaction.runQuery(Long.class, "SELECT CONNECTION_ID()"))
			.compose((numbers) -> {
				this.connection.complete(numbers.get(0));
				return this.end;
			});
	}

	private void killConnection() {
		long number = this.connection.join();
		await(pool().runOperation("KILL CONNECTION " + number));
		Awaitility.await()
			.atMost(Duration.ofSeconds(20))
			.until(() -> await(pool().runQuery("SELECT id FROM information_schema.processlist WHERE id = ?", number)),
					List::isEmpty);
		this.end.callback("go");
	}

	private ConnectionPool pool() {
		return this.running.pool();
	}

	private <T> T await(Deferred<T> deferred) {
		return this.running.await(deferred);
	}

}
