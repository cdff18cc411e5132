package dev.twisted.enterprise;

import java.util.List;

import dev.twisted.defer.Deferred;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * Executes statements of SQL. May be used from any thread. Every Deferred fires on the
 * reactor's thread, and fails with the driver's own exception if the database refuses the
 * statement. A suppressed exception of that one tells the statement, without the values;
 * so does the logger of this name, at the level of debug, for each that is executed.
 * <p>
 * To cancel a Deferred, or the subscription to a Flux, is to have the database stop the
 * statement; the caller does not wait for that, and the connection is not used for
 * anything else before it has.
 */
public interface Statements {

	/**
	 * Ask for rows.
	 * @param query the question
	 * @return fires with all rows
	 */
	Deferred<List<Row>> runQuery(Query query);

	/**
	 * Ask for rows.
	 * @param sql the question
	 * @param parameters the values of its question marks; or a {@link java.util.Map},
	 * with the values of its names, as in {@code :name}
	 * @return fires with all rows
	 */
	default Deferred<List<Row>> runQuery(String sql, @Nullable Object... parameters) {
		return runQuery(Query.of(sql, parameters));
	}

	/**
	 * Ask for rows, and make something of each.
	 * @param <T> what is made of a row
	 * @param type a record, whose components get the columns of their names, in which
	 * upper and lower case and underscores make no difference; for a result of one column
	 * any type that its values can be had as, and {@code null} for its {@code NULL}
	 * @param query the question
	 * @return fires with all that was made
	 */
	<T> Deferred<List<T>> runQuery(Class<T> type, Query query);

	/**
	 * Ask for rows, and make something of each.
	 * @param <T> what is made of a row
	 * @param type as in {@link #runQuery(Class, Query)}
	 * @param sql the question
	 * @param parameters the values of its question marks; or a {@link java.util.Map},
	 * with the values of its names, as in {@code :name}
	 * @return fires with all that was made
	 */
	default <T> Deferred<List<T>> runQuery(Class<T> type, String sql, @Nullable Object... parameters) {
		return runQuery(type, Query.of(sql, parameters));
	}

	/**
	 * Ask for rows, and make something of each.
	 * @param <T> what is made of a row
	 * @param mapper makes it
	 * @param query the question
	 * @return fires with all that was made
	 */
	<T> Deferred<List<T>> runQuery(RowMapper<? extends T> mapper, Query query);

	/**
	 * Ask for rows, and make something of each.
	 * @param <T> what is made of a row
	 * @param mapper makes it
	 * @param sql the question
	 * @param parameters as in {@link #runQuery(String, Object...)}
	 * @return fires with all that was made
	 */
	default <T> Deferred<List<T>> runQuery(RowMapper<? extends T> mapper, String sql, @Nullable Object... parameters) {
		return runQuery(mapper, Query.of(sql, parameters));
	}

	/**
	 * Ask for rows that may be too many to have at once. They are read as the subscriber
	 * asks for them, and given to it on the reactor's thread. Each subscription executes
	 * the query anew.
	 * @param query the question
	 * @return the rows; a limit of time holds only for the wait for a connection
	 */
	Flux<Row> streamQuery(Query query);

	/**
	 * Ask for rows that may be too many to have at once.
	 * @param sql the question
	 * @param parameters as in {@link #runQuery(String, Object...)}
	 * @return the rows, as in {@link #streamQuery(Query)}
	 */
	default Flux<Row> streamQuery(String sql, @Nullable Object... parameters) {
		return streamQuery(Query.of(sql, parameters));
	}

	/**
	 * Ask for rows that may be too many to have at once, and make something of each.
	 * @param <T> what is made of a row
	 * @param type as in {@link #runQuery(Class, Query)}, but for {@code null}, which a
	 * Flux cannot have
	 * @param query the question
	 * @return what was made of the rows, as in {@link #streamQuery(Query)}
	 */
	<T> Flux<T> streamQuery(Class<T> type, Query query);

	/**
	 * Ask for rows that may be too many to have at once, and make something of each.
	 * @param <T> what is made of a row
	 * @param type as in {@link #streamQuery(Class, Query)}
	 * @param sql the question
	 * @param parameters as in {@link #runQuery(String, Object...)}
	 * @return what was made of the rows, as in {@link #streamQuery(Query)}
	 */
	default <T> Flux<T> streamQuery(Class<T> type, String sql, @Nullable Object... parameters) {
		return streamQuery(type, Query.of(sql, parameters));
	}

	/**
	 * Ask for rows that may be too many to have at once, and make something of each.
	 * @param <T> what is made of a row
	 * @param mapper makes it
	 * @param query the question
	 * @return what was made of the rows, as in {@link #streamQuery(Query)}
	 */
	<T> Flux<T> streamQuery(RowMapper<? extends T> mapper, Query query);

	/**
	 * Ask for rows that may be too many to have at once, and make something of each.
	 * @param <T> what is made of a row
	 * @param mapper makes it
	 * @param sql the question
	 * @param parameters as in {@link #runQuery(String, Object...)}
	 * @return what was made of the rows, as in {@link #streamQuery(Query)}
	 */
	default <T> Flux<T> streamQuery(RowMapper<? extends T> mapper, String sql, @Nullable Object... parameters) {
		return streamQuery(mapper, Query.of(sql, parameters));
	}

	/**
	 * Change something. A batch is executed as a whole or not at all.
	 * @param query the statement
	 * @return fires with the number of rows that were changed, as the database counts
	 * them: what cursors in Python call {@code rowcount}
	 */
	Deferred<Long> runOperation(Query query);

	/**
	 * Change something.
	 * @param sql the statement
	 * @param parameters the values of its question marks; or a {@link java.util.Map},
	 * with the values of its names, as in {@code :name}
	 * @return fires with the number of rows that were changed
	 */
	default Deferred<Long> runOperation(String sql, @Nullable Object... parameters) {
		return runOperation(Query.of(sql, parameters));
	}

	/**
	 * Insert rows and learn what the database made up for them, such as a number that
	 * counts them.
	 * @param query the statement
	 * @param keys the names of the columns to be told; some databases know only one
	 * @return fires with those columns of the new rows
	 */
	Deferred<List<Row>> runInsert(Query query, String... keys);

}
