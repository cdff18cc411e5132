package dev.twisted.enterprise;

import java.util.AbstractList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

import dev.twisted.defer.Deferred;
import dev.twisted.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Statements that fail before the database hears of them.
 */
class RefusedStatementTests {

	@RegisterExtension
	private final RunningPool running = new RunningPool(TestDatabase.MARIADB, 2, (builder) -> builder);

	@Test
	void anyNumberOfThemMayWaitForOneStatement() {
		AtomicInteger refused = new AtomicInteger();
		Deferred<List<Row>> interaction = this.running.pool().runInteraction((transaction) -> {
			Deferred<List<Row>> first = transaction.runQuery("SELECT SLEEP(0.1)");
			for (int i = 0; i < 20_000; i++) {
				transaction.runQuery("SELECT ?", 1, 2).addErrback((failure) -> {
					refused.incrementAndGet();
					return List.of();
				});
			}
			return first;
		});
		assertThat(this.running.await(interaction)).hasSize(1);
		assertThat(refused).hasValue(20_000);
	}

	@Test
	void anErrorOfTheMachineInAValueReachesTheCallerAndTheConnectionIsWell() {
		List<Object> broken = new AbstractList<>() {

			@Override
			public Object get(int index) {
				throw new NoClassDefFoundError("expected by the test");
			}

			@Override
			public int size() {
				return 1;
			}

		};
		assertThat(this.running.failure(this.running.pool().runQuery("SELECT 1 IN (?)", broken)))
			.isInstanceOf(NoClassDefFoundError.class)
			.hasMessage("expected by the test");
	}

}
