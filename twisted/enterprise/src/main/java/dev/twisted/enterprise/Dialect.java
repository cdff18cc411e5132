package dev.twisted.enterprise;

import java.util.Locale;

import io.r2dbc.spi.ConnectionFactoryMetadata;
import io.r2dbc.spi.IsolationLevel;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known of a database beyond R2DBC: above all how to stop what it does.
 */
enum Dialect {

	/** MySQL and MariaDB. */
	MYSQL,

	/** Its driver runs statements in the thread that subscribes. */
	H2,

	/** Its driver knows parameters by their numbers only. */
	POSTGRESQL,

	/** Any other: what it has begun has to be waited for. */
	OTHER;

	static Dialect of(ConnectionFactoryMetadata metadata) {
		return switch (metadata.getName().toLowerCase(Locale.ROOT)) {
			case "mysql", "mariadb" -> MYSQL;
			case "h2" -> H2;
			case "postgresql" -> POSTGRESQL;
			default -> OTHER;
		};
	}

	/** How to stop a statement, {@code null} if there is no way. */
	@Nullable Interruption interruption() {
		return switch (this) {
			case MYSQL -> new Interruption("SELECT CONNECTION_ID()", "KILL QUERY %d", "KILL CONNECTION %d");
			case H2 -> new Interruption("SELECT SESSION_ID()", "CALL CANCEL_SESSION(%d)", "CALL ABORT_SESSION(%d)");
			case POSTGRESQL, OTHER -> null;
		};
	}

	/** What stands for a parameter, by its place among them, counted from zero. */
	String marker(int index) {
		return (this != POSTGRESQL) ? "?" : "$" + (index + 1);
	}

	/** Whether the driver must be kept away from threads that may not wait. */
	boolean isBlocking() {
		return this == H2;
	}

	/**
	 * What sets the isolation of a session, where the driver does not know how to do that
	 * for one transaction: that of H2 changes a setting of the whole database instead.
	 */
	@Nullable String isolation(IsolationLevel level) {
		return (this == H2) ? "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL " + level.asSql() : null;
	}

	/**
	 * Statements that stop others.
	 *
	 * @param identify asks for the number of the session
	 * @param cancel stops the statement of a session, with its number in it
	 * @param abort ends a session, with its number in it
	 */
	record Interruption(String identify, String cancel, String abort) {
	}

}
