package dev.twisted.enterprise;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.testing.TestDatabase;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Something that accepts connections and is no database.
 */
class SilentServerTests {

	@RegisterExtension
	private final RunningPool running = new RunningPool(TestDatabase.H2, 1, (builder) -> builder);

	@Test
	void aServerThatAcceptsAndSaysNothingCostsNoMoreThanTheLimit() throws IOException {
		ServerSocket silent = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
		io.r2dbc.pool.ConnectionPool connections = TestDatabase.pool(TestDatabase.mariaDb(silent.getLocalPort(), "any"),
				2);
		try {
			ConnectionPool pool = new ConnectionPoolBuilder(this.running.reactor(), connections)
				.acquireTimeout(Duration.ofMillis(300))
				.build();
			Deferred<List<Row>> cancelled = pool.runQuery("SELECT 1");
			List<Deferred<List<Row>>> callers = IntStream.range(0, 10)
				.mapToObj((i) -> pool.runQuery("SELECT 1"))
				.toList();
			cancelled.cancel();
			assertThat(this.running.failure(cancelled)).isInstanceOf(CancelledException.class);
			callers.forEach((caller) -> assertThat(this.running.failure(caller)).isInstanceOf(TimeoutException.class)
				.hasMessageContaining("No connection"));
			this.running.await(pool.close());
			silent.close();
			Awaitility.await()
				.untilAsserted(() -> assertThat(connections.getMetrics().orElseThrow()).satisfies(
						(metrics) -> assertThat(metrics.acquiredSize() + metrics.pendingAcquireSize()).isZero()));
		}
		finally {
			silent.close();
			connections.dispose();
		}
	}

}
