package dev.twisted.enterprise;

import java.util.List;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Makes something of the rows of one result.
 */
@FunctionalInterface
interface Mapping {

	/** For one result, whose columns are looked at once. */
	Reader begin(RowMetadata metadata);

	/** Rows as maps. */
	static Mapping rows() {
		return (metadata) -> {
			Columns columns = Columns.of(metadata);
			List<? extends ColumnMetadata> types = metadata.getColumnMetadatas();
			return (row) -> {
				@Nullable Object[] values = new @Nullable Object[types.size()];
				for (int i = 0; i < values.length; i++) {
					values[i] = Cell.read(row, i, types.get(i));
				}
				return new dev.twisted.enterprise.Row(columns, values);
			};
		};
	}

	/** Records, or the values of the only column. */
	static Mapping type(Class<?> type) {
		if (type.isRecord()) {
			RecordMapper mapper = RecordMappers.of(type);
			return (metadata) -> {
				int[] columns = mapper.columns(metadata);
				return (row) -> mapper.map(row, columns);
			};
		}
		Class<?> boxed = Cell.boxed(type);
		return (metadata) -> {
			int columns = metadata.getColumnMetadatas().size();
			if (columns != 1) {
				throw new IllegalArgumentException(
						"Of a row with %d columns no %s can be made".formatted(columns, type.getName()));
			}
			return (row) -> {
				try {
					return Cell.read(row, 0, boxed);
				}
				catch (RuntimeException ex) {
					throw Conversion.failure("The column '%s'".formatted(metadata.getColumnMetadata(0).getName()), type,
							ex);
				}
			};
		};
	}

	/** What a function of the caller makes of a row. */
	static Mapping mapper(RowMapper<?> mapper) {
		return (metadata) -> mapper::map;
	}

	/**
	 * Makes something of each row of a result.
	 */
	@FunctionalInterface
	interface Reader {

		@Nullable Object read(Row row) throws Throwable;

	}

}
