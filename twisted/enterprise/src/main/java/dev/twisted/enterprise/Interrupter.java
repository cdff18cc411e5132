package dev.twisted.enterprise;

import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.WeakHashMap;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Has a database stop what it does for a connection. R2DBC has no word for that, so it is
 * said over another connection, one beside the pool: that may have none to spare just
 * when something has to be stopped. The database knows connections by numbers, which are
 * asked for once for each.
 */
final class Interrupter {

	private static final Logger logger = LoggerFactory.getLogger(Interrupter.class);

	private static final Duration LIMIT = Duration.ofSeconds(5);

	/** Of a connection that does not know its number. */
	private static final Long UNKNOWN = -1L;

	private final Database database;

	private final Dialect.@Nullable Interruption words;

	private final Map<Connection, Long> numbers = Collections.synchronizedMap(new WeakHashMap<>());

	Interrupter(Database database) {
		this.database = database;
		this.words = database.dialect().interruption();
	}

	/** Whether the number of a connection is still to be asked for. */
	boolean mustIdentify(Connection connection) {
		return this.words != null && !this.numbers.containsKey(physical(connection));
	}

	/** Ask for the number of a connection. */
	Mono<Void> identify(Lease lease) {
		Dialect.Interruption words = this.words;
		if (words == null) {
			return Mono.empty();
		}
		return lease
			.run((connection) -> Flux.from(connection.createStatement(words.identify()).execute())
				.concatMap((result) -> result.map((row) -> number(row.get(0)))))
			.singleOrEmpty()
			.onErrorReturn(UNKNOWN)
			.doOnNext((number) -> this.numbers.put(physical(lease.connection()), number))
			.then();
	}

	private static Long number(@Nullable Object number) {
		return (number instanceof Number known) ? Long.valueOf(known.longValue()) : UNKNOWN;
	}

	/** Stop the statement of a connection. Ends in any case, and soon. */
	Mono<Void> cancel(Connection connection) {
		return (this.words != null) ? tell(connection, this.words.cancel()) : Mono.empty();
	}

	/** End a connection. Ends in any case, and soon. */
	Mono<Void> abort(Connection connection) {
		return (this.words != null) ? tell(connection, this.words.abort()) : Mono.empty();
	}

	private Mono<Void> tell(Connection connection, String words) {
		Long number = this.numbers.getOrDefault(physical(connection), UNKNOWN);
		if (number.equals(UNKNOWN)) {
			return Mono.empty();
		}
		String sql = words.formatted(number);
		return Mono.usingWhen(this.database.connectBeside(), (messenger) -> say(messenger, sql), Connection::close)
			.timeout(LIMIT)
			.onErrorResume((ex) -> {
				logger.debug("The database was not told: {}", sql, ex);
				return Mono.empty();
			});
	}

	private Mono<Void> say(Connection messenger, String sql) {
		return this.database.driver(messenger.createStatement(sql).execute()).concatMap(Result::getRowsUpdated).then();
	}

	private static Connection physical(Connection connection) {
		return Unwrapped.of(connection, Connection.class);
	}

}
