package dev.twisted.boot.autoconfigure.enterprise;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;

import dev.twisted.testing.MariaDb;
import io.r2dbc.spi.R2dbcBadGrammarException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * What the user of an application sees that does not start because of its database.
 */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseUnavailableFailureAnalyzerTests {

	@Test
	void aWrongPasswordIsToldWithTheKeysThatHoldIt(CapturedOutput output) {
		start(MariaDb.running().port(), "demo", "wrong-Pass");
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("There is no connection to the database: ")
			.contains("Access denied for user '" + MariaDb.USER)
			.contains("Check spring.r2dbc.username and spring.r2dbc.password")
			.doesNotContain("wrong-Pass", "Caused by");
	}

	@Test
	void aDatabaseThatTheUserMayNotUseIsNamed(CapturedOutput output) {
		start(MariaDb.running().port(), "mysql", MariaDb.PASSWORD);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("to database 'mysql'")
			.contains("that this user may use the database that spring.r2dbc.url names")
			.doesNotContain(MariaDb.PASSWORD, "Caused by");
	}

	@Test
	void aServerThatIsNotThereIsToldWithItsAddress(CapturedOutput output) throws IOException {
		int port;
		try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			port = free.getLocalPort();
		}
		start(port, "demo", MariaDb.PASSWORD);
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Connection refused: /127.0.0.1:" + port)
			.contains("Start the database, or check the host and the port in spring.r2dbc.url.")
			.doesNotContain(MariaDb.PASSWORD, "Caused by");
	}

	@Test
	void aDatabaseThatDoesNotExistIsNamed() {
		FailureAnalysis analysis = analyze(
				new DataAccessResourceFailureException("Failed to obtain R2DBC Connection; unknown",
						new R2dbcBadGrammarException("Unknown database 'nosuch'", "42000", 1049)));
		assertThat(analysis).isNotNull();
		assertThat(analysis.getDescription()).endsWith("Unknown database 'nosuch'");
		assertThat(analysis.getAction()).startsWith("Check the name of the database in spring.r2dbc.url");
	}

	@Test
	void whatOtherDatabasesWantIsLeftToOthers() {
		assertThat(analyze(new DataAccessResourceFailureException("Failed to obtain JDBC Connection",
				new IOException("Connection refused"))))
			.isNull();
		assertThat(analyze(new DataAccessResourceFailureException("Failed to obtain R2DBC Connection"))).isNull();
		assertThat(analyze(new IllegalStateException("Something else"))).isNull();
	}

	private static FailureAnalysis analyze(Exception failure) {
		return new DatabaseUnavailableFailureAnalyzer()
			.analyze(new BeanCreationException("users", "No users", failure));
	}

	private static void start(int port, String database, String password) {
		SpringApplicationBuilder application = new SpringApplicationBuilder(Application.class)
			.web(WebApplicationType.NONE);
		assertThatException().isThrownBy(() -> application
			.run("--spring.r2dbc.url=r2dbc:mysql://127.0.0.1:%d/%s?sslMode=DISABLED".formatted(port, database),
					"--spring.r2dbc.username=" + MariaDb.USER, "--spring.r2dbc.password=" + password,
					"--spring.sql.init.mode=always",
					"--spring.sql.init.schema-locations=classpath:dev/twisted/boot/autoconfigure/enterprise/shared.sql")
			.close());
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Application {

	}

}
