package dev.twisted.benchmarks.adbapi;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Over R2DBC, as it is used by hand. The answer is there on the driver's thread.
 */
final class BareQuestion implements Question {

	private final ConnectionFactory connections;

	BareQuestion(ConnectionFactory connections) {
		this.connections = connections;
	}

	@Override
	public void ask(long number, Answered answered) {
		Mono.usingWhen(this.connections.create(), (connection) -> Flux
			.from(connection.createStatement(SQL).bind(0, number).execute())
			.concatMap((result) -> result
				.map((row, metadata) -> known(row.get(0, Long.class)) + known(row.get(1, String.class)).length()))
			.collectList(), Connection::close).subscribe((rows) -> answered.answered(rows.get(0)), answered::failed);
	}

	private static <T> T known(@Nullable T value) {
		if (value == null) {
			throw new IllegalStateException("There is no NULL in the answer");
		}
		return value;
	}

}
