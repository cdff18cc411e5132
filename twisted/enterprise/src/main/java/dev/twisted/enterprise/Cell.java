package dev.twisted.enterprise;

import java.lang.invoke.MethodType;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.ReadableMetadata;
import io.r2dbc.spi.Row;
import org.jspecify.annotations.Nullable;

/**
 * Reads one value of a row from a driver.
 */
final class Cell {

	private Cell() {
	}

	static Class<?> boxed(Class<?> type) {
		return MethodType.methodType(type).wrap().returnType();
	}

	/** A value as the driver has it, and long ones at once. */
	static @Nullable Object read(Row row, int column, ReadableMetadata metadata) {
		Class<?> type = metadata.getJavaType();
		if (type != null && Clob.class.isAssignableFrom(type)) {
			return row.get(column, String.class);
		}
		return (type != null && Blob.class.isAssignableFrom(type)) ? row.get(column, byte[].class) : row.get(column);
	}

	/** A value as a type. */
	static <T> @Nullable T read(Row row, int column, Class<T> type) {
		if ((type == String.class) ? !isNumber(row, column) : !Conversion.knows(type)) {
			return row.get(column, type);
		}
		Object value = row.get(column);
		return (value != null) ? Conversion.convert(value, type) : null;
	}

	/** Not every driver writes numbers as text. */
	private static boolean isNumber(Row row, int column) {
		Class<?> type = row.getMetadata().getColumnMetadata(column).getJavaType();
		return type != null && (Number.class.isAssignableFrom(type) || type == Boolean.class);
	}

}
