package dev.twisted.benchmarks.adbapi;

import java.util.List;

import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.enterprise.Query;
import dev.twisted.enterprise.RowMapper;

/**
 * Over our pool.
 */
final class DeferredQuestion implements Question {

	private static final RowMapper<Long> MAPPER = (row) -> {
		Long number = row.get(0, Long.class);
		String text = row.get(1, String.class);
		if (number == null || text == null) {
			throw new IllegalStateException("There is no NULL in the answer");
		}
		return number + text.length();
	};

	private final ConnectionPool pool;

	DeferredQuestion(ConnectionPool pool) {
		this.pool = pool;
	}

	@Override
	public void ask(long number, Answered answered) {
		this.pool.runQuery(MAPPER, Query.of(SQL, number)).addCallbacks((rows) -> {
			answered.answered(rows.get(0));
			return rows;
		}, (failure) -> {
			answered.failed(failure.value());
			return List.of();
		});
	}

}
