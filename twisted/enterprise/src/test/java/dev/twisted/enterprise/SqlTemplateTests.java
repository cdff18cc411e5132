package dev.twisted.enterprise;

import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What becomes of the text of a statement on its way to the driver.
 */
class SqlTemplateTests {

	@Test
	void aParameterIsWrittenAsTheDriverWantsIt() {
		Query positional = Query.of("a = ? AND b IN (?) AND c = '?'::text", 1, List.of(2, 3));
		Query named = Query.of("a = :a AND b IN (:b) AND c = :a", Map.of("a", 1, "b", List.of(2, 3)));
		for (Dialect dialect : new Dialect[] { Dialect.MYSQL, Dialect.H2, Dialect.OTHER }) {
			assertThat(text(dialect, positional)).isEqualTo("a = ? AND b IN (?, ?) AND c = '?'::text");
			assertThat(text(dialect, named)).isEqualTo("a = ? AND b IN (?, ?) AND c = ?");
		}
		assertThat(text(Dialect.POSTGRESQL, positional)).isEqualTo("a = $1 AND b IN ($2, $3) AND c = '?'::text");
		assertThat(text(Dialect.POSTGRESQL, named)).isEqualTo("a = $1 AND b IN ($2, $3) AND c = $4");
	}

	@Test
	void aQuoteThatABackslashEscapesIsWrittenTwiceForMySql() {
		Query query = Query.of("'a\\'?' = ? AND \"b\\\"'?\" = '\\\\' AND '\\n\\\\\\'", 1);
		assertThat(text(Dialect.MYSQL, query)).isEqualTo("'a''?' = ? AND \"b\"\"'?\" = '\\\\' AND '\\n\\\\''");
		assertThat(text(Dialect.H2, Query.of("'\\' = ? AND '?'", 1))).isEqualTo("'\\' = ? AND '?'");
	}

	@Test
	void aCommentAfterAHashIsOneAfterDashesForMySql() {
		assertThat(text(Dialect.MYSQL, Query.of("a # isn't it?\n = ? # yes", 1)))
			.isEqualTo("a --  isn't it?\n = ? --  yes");
		assertThat(text(Dialect.H2, Query.of("a # ?", 1))).isEqualTo("a # ?");
	}

	@Test
	void aParameterWithoutANameIsRefusedWhereTheOthersHaveOne() {
		for (String sql : new String[] { "a = ?", "a = :a AND b = ?" }) {
			assertThatIllegalArgumentException().isThrownBy(() -> text(Dialect.MYSQL, Query.of(sql, Map.of("a", 1))))
				.withMessageContaining("write parameters as :name");
		}
		String operator = "document ? 'key' AND a = :a";
		assertThat(text(Dialect.POSTGRESQL, Query.of(operator, Map.of("a", 1))))
			.isEqualTo("document ? 'key' AND a = $1");
	}

	@Test
	void aWordThatFollowsAParameterIsNoPartOfIt() {
		assertThat(text(Dialect.MYSQL, Query.of("a=?AND b=?,c=?", 1, 2, 3))).isEqualTo("a=? AND b=?,c=?");
	}

	private static String text(Dialect dialect, Query query) {
		SqlTemplate template = new SqlTemplates(dialect).get(query);
		return template.render(query.values(template, 0));
	}

}
