package dev.twisted.demo;

import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.testing.MariaDb;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.test.context.ActiveProfiles;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same with the profile for a server, on a real one.
 */
@ActiveProfiles("mysql")
class MariaDbUsersTests extends UsersTests {

	@Autowired
	private ConnectionPool database;

	@DynamicPropertySource
	static void server(DynamicPropertyRegistry properties) {
		properties.add("spring.r2dbc.url", () -> "r2dbc:mysql://127.0.0.1:%d/demo".formatted(MariaDb.running().port()));
		properties.add("spring.r2dbc.username", () -> MariaDb.USER);
		properties.add("spring.r2dbc.password", () -> MariaDb.PASSWORD);
	}

	@Test
	void itIsTheServerThatAnswers() throws Exception {
		assertThat(this.database.runQuery(String.class, "SELECT VERSION()").toCompletableFuture().get().get(0))
			.contains("MariaDB");
	}

}
