package dev.twisted.enterprise;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * A statement in SQL and the values of its parameters. Immutable; the values are those
 * that the caller gave, and are not to change either.
 * <p>
 * A parameter stands in the text as {@code ?} or, if the values have names, as
 * {@code :name}. The driver binds the value: whatever is in it, it arrives as data. A
 * {@link Collection} stands for a list of values, as after {@code IN}, and an enum's
 * constant for its name. A {@code null} is the {@code NULL} of SQL; where a database has
 * to know its type, it is given as {@link io.r2dbc.spi.Parameters#in(Class)}.
 */
public final class Query {

	private final String sql;

	private final Kind kind;

	/** The parameters of each execution: a list, or a map by name. */
	private final List<Object> parameterSets;

	private Query(String sql, Kind kind, List<Object> parameterSets) {
		this.sql = sql;
		this.kind = kind;
		this.parameterSets = parameterSets;
	}

	/**
	 * A statement with parameters by position, or without any.
	 * @param sql the statement; without parameters it goes to the database as it is
	 * @param parameters the values, in the order of the question marks; a single
	 * {@link Map} has the values by name, as in {@link #of(String, Map)}
	 * @return the query
	 */
	public static Query of(String sql, @Nullable Object... parameters) {
		if (parameters.length == 1 && parameters[0] instanceof Map<?, ?> named) {
			return new Query(sql, Kind.NAMED, List.of(Collections.unmodifiableMap(new LinkedHashMap<>(named))));
		}
		Kind kind = (parameters.length > 0) ? Kind.POSITIONAL : Kind.PLAIN;
		return new Query(sql, kind, List.of(Collections.unmodifiableList(Arrays.asList(parameters.clone()))));
	}

	/**
	 * A statement with parameters by name.
	 * @param sql the statement
	 * @param parameters the values by name; those that the statement does not name are
	 * not used
	 * @return the query
	 */
	public static Query of(String sql, Map<String, ? extends @Nullable Object> parameters) {
		return new Query(sql, Kind.NAMED, List.of(copy(parameters)));
	}

	/**
	 * A statement to execute several times, with other parameters by position each time.
	 * @param sql the statement
	 * @param rows the values of each execution, at least one
	 * @return the query
	 */
	public static Query batch(String sql, Collection<? extends List<? extends @Nullable Object>> rows) {
		List<Object> sets = new ArrayList<>(rows.size());
		rows.forEach((row) -> sets.add(copy(row)));
		return new Query(sql, Kind.POSITIONAL, checked(sets));
	}

	/**
	 * A statement to execute several times, with other parameters by name each time.
	 * @param sql the statement
	 * @param rows the values of each execution, at least one
	 * @return the query
	 */
	public static Query namedBatch(String sql, Collection<? extends Map<String, ? extends @Nullable Object>> rows) {
		List<Object> sets = new ArrayList<>(rows.size());
		rows.forEach((row) -> sets.add(copy(row)));
		return new Query(sql, Kind.NAMED, checked(sets));
	}

	private static List<Object> checked(List<Object> sets) {
		if (sets.isEmpty()) {
			throw new IllegalArgumentException("A batch of no rows has nothing to execute");
		}
		return sets;
	}

	private static Object copy(List<? extends @Nullable Object> parameters) {
		return Collections.unmodifiableList(new ArrayList<@Nullable Object>(parameters));
	}

	private static Object copy(Map<String, ? extends @Nullable Object> parameters) {
		return Collections.unmodifiableMap(new LinkedHashMap<String, @Nullable Object>(parameters));
	}

	/**
	 * The statement.
	 * @return the text, as given
	 */
	public String sql() {
		return this.sql;
	}

	/** How the parameters are found in the text. */
	Kind kind() {
		return this.kind;
	}

	/** How often it is executed. */
	int executions() {
		return this.parameterSets.size();
	}

	/** The values of one execution, in the order of the places in the text. */
	List<? extends @Nullable Object> values(SqlTemplate template, int execution) {
		Object parameters = this.parameterSets.get(execution);
		return (parameters instanceof Map<?, ?> named) ? template.named(named)
				: template.positional((List<?>) parameters);
	}

	/**
	 * The statement without the values, which may be secrets.
	 */
	@Override
	public String toString() {
		return this.sql;
	}

	/**
	 * How parameters are found in the text of a statement.
	 */
	enum Kind {

		/** There are none. */
		PLAIN,

		/** As question marks. */
		POSITIONAL,

		/** By a name after a colon. */
		NAMED

	}

}
