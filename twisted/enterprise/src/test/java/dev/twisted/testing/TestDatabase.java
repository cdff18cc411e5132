package dev.twisted.testing;

import java.time.Duration;
import java.util.UUID;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryOptions;
import io.r2dbc.spi.Option;

/**
 * The databases that the tests use, and pools as Spring Boot makes them.
 */
public enum TestDatabase {

	/** A new one in memory each time. */
	H2 {

		@Override
		public ConnectionFactory connect(String password) {
			return ConnectionFactories.get(ConnectionFactoryOptions.parse("r2dbc:h2:mem:///" + UUID.randomUUID()
					+ "?options=DB_CLOSE_DELAY=-1;DB_CLOSE_ON_EXIT=FALSE;MODE=MySQL;DATABASE_TO_LOWER=TRUE;"
					+ "CASE_INSENSITIVE_IDENTIFIERS=TRUE"));
		}

	},

	/** A server. */
	MARIADB {

		@Override
		public ConnectionFactory connect(String password) {
			return mariaDb(MariaDb.running().port(), password);
		}

	};

	public abstract ConnectionFactory connect(String password);

	public ConnectionFactory connect() {
		return connect(MariaDb.PASSWORD);
	}

	/** A connection factory for a server that may be none. */
	public static ConnectionFactory mariaDb(int port, String password) {
		return ConnectionFactories.get(ConnectionFactoryOptions.builder()
			.option(ConnectionFactoryOptions.DRIVER, "mysql")
			.option(ConnectionFactoryOptions.HOST, "127.0.0.1")
			.option(ConnectionFactoryOptions.PORT, port)
			.option(ConnectionFactoryOptions.USER, MariaDb.USER)
			.option(ConnectionFactoryOptions.PASSWORD, password)
			.option(ConnectionFactoryOptions.DATABASE, "demo")
			.option(Option.valueOf("sslMode"), "DISABLED")
			.build());
	}

	public ConnectionPool pool(int size) {
		return pool(connect(), size);
	}

	public static ConnectionPool pool(ConnectionFactory factory, int size) {
		return new ConnectionPool(ConnectionPoolConfiguration.builder(factory)
			.initialSize(0)
			.maxSize(size)
			.maxIdleTime(Duration.ofMinutes(30))
			.build());
	}

}
