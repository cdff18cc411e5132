package dev.twisted.enterprise;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * The text of a statement with the places where its parameters go. Immutable.
 */
final class SqlTemplate {

	/** The text around the places, one more than there are places. */
	private final List<String> text;

	/** Nothing where the places have no names. */
	private final List<String> names;

	private final Dialect dialect;

	/** The text with one marker a place. */
	private final String plain;

	SqlTemplate(List<String> text, List<String> names, Dialect dialect) {
		this.text = List.copyOf(text);
		this.names = List.copyOf(names);
		this.dialect = dialect;
		this.plain = expand(Collections.<@Nullable Object>nCopies(places(), null));
	}

	private int places() {
		return this.text.size() - 1;
	}

	List<? extends @Nullable Object> positional(List<? extends @Nullable Object> parameters) {
		if (parameters.size() != places()) {
			throw new IllegalArgumentException(
					"The statement has %d parameters, and was given %d; a parameter is written as ?, or as :name if the"
						.formatted(places(), parameters.size()) + " values come in a Map");
		}
		return parameters;
	}

	List<@Nullable Object> named(Map<?, ? extends @Nullable Object> parameters) {
		List<@Nullable Object> values = new ArrayList<>(places());
		for (String name : this.names) {
			if (!parameters.containsKey(name)) {
				throw new IllegalArgumentException(
						"The statement has a parameter '%s' without a value".formatted(name));
			}
			values.add(parameters.get(name));
		}
		return values;
	}

	/** The text as the driver wants it, with as many markers as a list has values. */
	String render(List<? extends @Nullable Object> values) {
		for (Object value : values) {
			if (value instanceof Collection) {
				return expand(values);
			}
		}
		return this.plain;
	}

	private String expand(List<? extends @Nullable Object> values) {
		StringBuilder sql = new StringBuilder(this.text.get(0));
		int markers = 0;
		for (int i = 0; i < values.size(); i++) {
			int next = markers + size(values.get(i));
			sql.append(this.dialect.marker(markers++));
			while (markers < next) {
				sql.append(", ").append(this.dialect.marker(markers++));
			}
			sql.append(this.text.get(i + 1));
		}
		return sql.toString();
	}

	private static int size(@Nullable Object value) {
		if (!(value instanceof Collection<?> list)) {
			return 1;
		}
		if (list.isEmpty()) {
			throw new IllegalArgumentException("A list of values for a statement is empty, which SQL has no words for");
		}
		return list.size();
	}

}
