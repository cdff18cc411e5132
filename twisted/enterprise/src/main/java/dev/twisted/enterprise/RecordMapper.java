package dev.twisted.enterprise;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import io.r2dbc.spi.ColumnMetadata;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of rows. A component gets the value of the column of its name, where
 * upper and lower case and underscores make no difference.
 */
final class RecordMapper {

	private final Class<?> type;

	private final RecordComponent[] components;

	private final MethodHandle constructor;

	RecordMapper(Class<?> type) {
		this.type = type;
		this.components = type.getRecordComponents();
		Class<?>[] types = Arrays.stream(this.components).map(RecordComponent::getType).toArray(Class<?>[]::new);
		try {
			Constructor<?> canonical = type.getDeclaredConstructor(types);
			canonical.setAccessible(true);
			this.constructor = MethodHandles.lookup()
				.unreflectConstructor(canonical)
				.asSpreader(Object[].class, types.length);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalArgumentException("The record " + type.getName() + " cannot be made", ex);
		}
	}

	/**
	 * The column of each component.
	 * @throws IllegalArgumentException if there is none for one of them
	 */
	int[] columns(RowMetadata metadata) {
		List<String> names = metadata.getColumnMetadatas().stream().map(ColumnMetadata::getName).toList();
		List<String> simple = names.stream().map(RecordMapper::simple).toList();
		int[] columns = new int[this.components.length];
		for (int i = 0; i < columns.length; i++) {
			columns[i] = simple.indexOf(simple(this.components[i].getName()));
			if (columns[i] < 0) {
				throw new IllegalArgumentException("There is no column for the component '%s' of %s, only %s"
					.formatted(this.components[i].getName(), this.type.getName(), names));
			}
		}
		return columns;
	}

	private static String simple(String name) {
		return name.replace("_", "").toLowerCase(Locale.ROOT);
	}

	Object map(Row row, int[] columns) throws Throwable {
		@Nullable Object[] values = new @Nullable Object[columns.length];
		for (int i = 0; i < columns.length; i++) {
			values[i] = value(row, columns[i], this.components[i]);
		}
		return this.constructor.invoke((Object) values);
	}

	private @Nullable Object read(Row row, int column, RecordComponent component) {
		try {
			return Cell.read(row, column, Cell.boxed(component.getType()));
		}
		catch (RuntimeException ex) {
			throw Conversion.failure("The component '%s' of %s".formatted(component.getName(), this.type.getName()),
					component.getType(), ex);
		}
	}

	private @Nullable Object value(Row row, int column, RecordComponent component) {
		Object value = read(row, column, component);
		if (value == null && component.getType().isPrimitive()) {
			throw new IllegalArgumentException("The component '%s' of %s cannot be null, as its column is"
				.formatted(component.getName(), this.type.getName()));
		}
		return value;
	}

}
