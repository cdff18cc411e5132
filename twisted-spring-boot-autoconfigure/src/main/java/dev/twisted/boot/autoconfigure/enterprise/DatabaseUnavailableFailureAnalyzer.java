package dev.twisted.boot.autoconfigure.enterprise;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcPermissionDeniedException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.dao.DataAccessResourceFailureException;

/**
 * Says what to change when an application does not start for want of a connection to its
 * database, as for the scripts.
 */
final class DatabaseUnavailableFailureAnalyzer extends AbstractFailureAnalyzer<DataAccessResourceFailureException> {

	/** What Spring says, of R2DBC alone, and the exception is one of many databases. */
	private static final String NO_CONNECTION = "Failed to obtain R2DBC Connection";

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, DataAccessResourceFailureException failure) {
		Throwable cause = failure.getCause();
		String message = failure.getMessage();
		if (cause == null || message == null || !message.startsWith(NO_CONNECTION)) {
			return null;
		}
		return new FailureAnalysis("There is no connection to the database: %s".formatted(cause.getMessage()),
				action(cause), failure);
	}

	private static String action(Throwable cause) {
		if (cause instanceof R2dbcPermissionDeniedException) {
			return "Check spring.r2dbc.username and spring.r2dbc.password, and that this user may use the database "
					+ "that spring.r2dbc.url names.";
		}
		if (cause instanceof R2dbcBadGrammarException) {
			return "Check the name of the database in spring.r2dbc.url, or make that database.";
		}
		return "Start the database, or check the host and the port in spring.r2dbc.url.";
	}

}
