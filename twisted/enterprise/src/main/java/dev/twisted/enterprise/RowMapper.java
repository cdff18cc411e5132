package dev.twisted.enterprise;

import io.r2dbc.spi.Readable;

/**
 * Makes something of one row of a result.
 *
 * @param <T> what is made of it
 */
@FunctionalInterface
public interface RowMapper<T> {

	/**
	 * Make something of a row.
	 * @param row the row as the driver gives it, to be read only during this call, on the
	 * driver's thread
	 * @return what to give to the caller, not {@code null}
	 * @throws Exception if nothing can be made of it; the query fails with that
	 */
	T map(Readable row) throws Exception;

}
