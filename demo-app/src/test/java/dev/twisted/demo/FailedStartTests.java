package dev.twisted.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

import dev.twisted.enterprise.ConnectionPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * The whole demo where something is in its way: it says so and ends at once, whatever
 * time there would be for calls to the database.
 */
@ExtendWith(OutputCaptureExtension.class)
class FailedStartTests {

	/** Enough for a slow machine, and far less than calls to the database have. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String CLOSE_TIMEOUT = "--twisted.database.close-timeout=10m";

	@Test
	void withADatabaseThatIsAwayItEndsWithTheReason() throws IOException {
		int away;
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			away = socket.getLocalPort();
		}
		assertThat(failure(CLOSE_TIMEOUT, "--server.port=0",
				"--spring.r2dbc.url=r2dbc:mysql://127.0.0.1:%d/demo".formatted(away)))
			.hasStackTraceContaining(DataAccessResourceFailureException.class.getName())
			.hasStackTraceContaining("127.0.0.1:" + away);
	}

	@Test
	void withATakenPortItEndsWithTheReasonAlsoWhenTheDatabaseHasBeenAsked(CapturedOutput output) throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			assertThat(failure(CLOSE_TIMEOUT, "--server.port=" + socket.getLocalPort()))
				.hasRootCauseInstanceOf(IOException.class)
				.hasStackTraceContaining(PortInUseException.class.getName());
			assertThat(output).contains("Port %d was already in use".formatted(socket.getLocalPort()));
		}
	}

	private static Throwable failure(String... arguments) {
		SpringApplication application = new SpringApplication(DemoApplication.class);
		application.addInitializers((context) -> ((GenericApplicationContext) context).registerBean(Early.class));
		return CompletableFuture.supplyAsync(() -> catchThrowable(() -> application.run(arguments)))
			.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
			.join();
	}

	/** Asks before the reactor runs, which it is never going to. */
	static class Early {

		Early(ConnectionPool database) {
			database.runQuery("SELECT 1");
			database.runInteraction((transaction) -> transaction.runQuery("SELECT 1"));
		}

	}

}
