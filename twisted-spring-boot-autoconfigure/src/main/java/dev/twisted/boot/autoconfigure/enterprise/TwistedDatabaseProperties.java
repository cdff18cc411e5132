package dev.twisted.boot.autoconfigure.enterprise;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Configuration of databases that answer with Deferreds. Where a database is and how it
 * is pooled is configured under spring.r2dbc.
 *
 * @param acquireTimeout Time that a call may wait for a connection of the pool.
 * @param queryTimeout Time that a call may take once it has a connection. An interaction
 * may have its own limit.
 * @param closeTimeout Time that calls under way have to end when the application stops.
 * @param shareEventLoops Whether the driver of the database runs on the event loops of
 * the reactor.
 */
@ConfigurationProperties("twisted.database")
public record TwistedDatabaseProperties(@DefaultValue("10s") Duration acquireTimeout,
		@DefaultValue("30s") Duration queryTimeout, @DefaultValue("5s") Duration closeTimeout,
		@DefaultValue("true") boolean shareEventLoops) {

	/**
	 * Checks the values.
	 */
	public TwistedDatabaseProperties {
		check("acquire-timeout", acquireTimeout);
		check("query-timeout", queryTimeout);
		check("close-timeout", closeTimeout);
	}

	private static void check(String key, Duration timeout) {
		if (timeout.isNegative() || timeout.isZero()) {
			throw new InvalidConfigurationPropertyValueException("twisted.database." + key, timeout,
					"A limit of time is more than zero.");
		}
	}

}
