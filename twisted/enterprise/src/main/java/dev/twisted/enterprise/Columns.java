package dev.twisted.enterprise;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import io.r2dbc.spi.RowMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The names of the columns of one result, shared by its rows. Databases do not agree on
 * upper and lower case, so they are found in any. Of two with one name the first is
 * found, as in SQL. Immutable.
 */
final class Columns {

	private final List<String> names;

	private final Map<String, Integer> indexes;

	private Columns(List<String> names, Map<String, Integer> indexes) {
		this.names = names;
		this.indexes = indexes;
	}

	static Columns of(RowMetadata metadata) {
		List<String> names = new ArrayList<>();
		metadata.getColumnMetadatas().forEach((column) -> names.add(column.getName()));
		Map<String, Integer> indexes = new LinkedHashMap<>();
		for (int i = 0; i < names.size(); i++) {
			indexes.putIfAbsent(names.get(i).toLowerCase(Locale.ROOT), i);
		}
		return new Columns(List.copyOf(names), indexes);
	}

	List<String> names() {
		return this.names;
	}

	/** Those of the columns that are found by their names, in their order. */
	Collection<Integer> indexes() {
		return this.indexes.values();
	}

	@Nullable Integer index(String name) {
		return this.indexes.get(name.toLowerCase(Locale.ROOT));
	}

}
