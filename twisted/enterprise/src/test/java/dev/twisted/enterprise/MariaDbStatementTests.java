package dev.twisted.enterprise;

import java.util.Map;

import dev.twisted.testing.TestDatabase;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class MariaDbStatementTests extends StatementTests {

	MariaDbStatementTests() {
		super(TestDatabase.MARIADB);
	}

	/** The driver by itself takes the escaped quote for the end of the string. */
	@Test
	void aValueIsNotPutIntoAStringThatHasAnEscapedQuoteAndAQuestionMark() {
		await(pool().runOperation("INSERT INTO thing (name) VALUES (?)", "anna"));
		String attempt = " OR 1=1 -- ";
		for (String text : new String[] { "'What\\'s up?'", "\"What\\\"s up?\"", "'\\\\\\'?'" }) {
			String sql = "SELECT name FROM thing WHERE " + text + " <> '' AND name = ";
			assertThat(await(pool().runQuery(String.class, sql + "?", attempt))).isEmpty();
			assertThat(await(pool().runQuery(String.class, sql + "?", "anna"))).containsExactly("anna");
			assertThat(await(pool().runQuery(String.class, sql + ":name", Map.of("name", attempt)))).isEmpty();
		}
		assertThat(await(
				pool().runQuery(String.class, "SELECT name # isn't it?\n FROM thing WHERE name = ? # yes", "anna")))
			.containsExactly("anna");
		assertThat(await(pool().runQuery(String.class, "SELECT CONCAT('What\\'s', ?, \"\\\"up\\\"\")", " ")))
			.containsExactly("What's \"up\"");
	}

}
