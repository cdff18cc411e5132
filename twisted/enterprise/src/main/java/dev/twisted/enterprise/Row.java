package dev.twisted.enterprise;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * One row of a result: a map of its values by the names of its columns, in their order,
 * with names that are found in upper and lower case alike. Immutable, and independent of
 * the database.
 * <p>
 * The values are of the types that the driver has for those of the database, text always
 * a {@link String} and bytes an array or a {@link java.nio.ByteBuffer}. Drivers differ,
 * above all in dates; {@link #get(String, Class)} evens out numbers and truth values, and
 * a record given to {@code runQuery} has the driver convert the rest. Of columns with one
 * name the map has the first; all are there by {@link #value(int)}.
 */
public final class Row extends AbstractMap<String, @Nullable Object> {

	private final Columns columns;

	private final @Nullable Object[] values;

	Row(Columns columns, @Nullable Object[] values) {
		this.columns = columns;
		this.values = values;
	}

	/**
	 * The value of a column as a type.
	 * @param <T> the type
	 * @param column the name of the column
	 * @param type a number, {@link Boolean}, {@link String}, an enum by the name of the
	 * constant, {@link java.time.LocalDateTime}, or what the driver gives
	 * @return the value, {@code null} for {@code NULL}
	 * @throws NoSuchElementException if there is no such column
	 * @throws IllegalArgumentException if the value cannot be had as that type without
	 * losing some of it
	 */
	public <T> @Nullable T get(String column, Class<T> type) {
		Integer index = this.columns.index(column);
		if (index == null) {
			throw new NoSuchElementException(
					"There is no column '%s', only %s".formatted(column, this.columns.names()));
		}
		Object value = this.values[index];
		try {
			return (value != null) ? Conversion.convert(value, type) : null;
		}
		catch (IllegalArgumentException ex) {
			throw Conversion.failure("The column '%s'".formatted(column), type, ex);
		}
	}

	/**
	 * The value of a column by its place.
	 * @param index the place, counted from zero
	 * @return the value, {@code null} for {@code NULL}
	 * @throws IndexOutOfBoundsException if there are not so many columns
	 */
	public @Nullable Object value(int index) {
		return this.values[index];
	}

	@Override
	public @Nullable Object get(@Nullable Object column) {
		Integer index = (column instanceof String name) ? this.columns.index(name) : null;
		return (index != null) ? this.values[index] : null;
	}

	@Override
	public boolean containsKey(@Nullable Object column) {
		return column instanceof String name && this.columns.index(name) != null;
	}

	@Override
	public Set<Map.Entry<String, @Nullable Object>> entrySet() {
		return new Entries();
	}

	/**
	 * The columns that the map has, in their order.
	 */
	private final class Entries extends AbstractSet<Map.Entry<String, @Nullable Object>> {

		@Override
		public Iterator<Map.Entry<String, @Nullable Object>> iterator() {
			Iterator<Integer> indexes = Row.this.columns.indexes().iterator();
			return new Iterator<>() {

				@Override
				public boolean hasNext() {
					return indexes.hasNext();
				}

				@Override
				public Map.Entry<String, @Nullable Object> next() {
					int index = indexes.next();
					return new SimpleImmutableEntry<>(Row.this.columns.names().get(index), Row.this.values[index]);
				}

			};
		}

		@Override
		public int size() {
			return Row.this.columns.indexes().size();
		}

	}

}
