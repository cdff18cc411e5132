package dev.twisted.enterprise;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds the places of the parameters in a statement, which are not in its strings, quoted
 * names and comments.
 */
final class SqlParser {

	private final String sql;

	private final boolean named;

	private final boolean mysql;

	private final List<String> text = new ArrayList<>();

	private final List<String> names = new ArrayList<>();

	private int textStart;

	private int at;

	private SqlParser(String sql, boolean named, boolean mysql) {
		this.sql = sql;
		this.named = named;
		this.mysql = mysql;
	}

	/**
	 * Find the places.
	 * @param sql the statement
	 * @param named whether they have names
	 * @param mysql whether a backslash escapes in strings, and a hash begins a comment
	 */
	static SqlTemplate parse(String sql, boolean named, boolean mysql) {
		return new SqlParser(sql, named, mysql).parse();
	}

	private SqlTemplate parse() {
		while (this.at < this.sql.length()) {
			char character = this.sql.charAt(this.at);
			switch (character) {
				case '\'', '"', '`' -> skipQuoted(character);
				case '-' -> skipLineComment(this.sql.startsWith("--", this.at));
				case '#' -> skipLineComment(this.mysql);
				case '/' -> skipBlockComment();
				case '?' -> {
					this.at++;
					if (!this.named) {
						place(this.at - 1);
					}
				}
				case ':' -> colon();
				default -> this.at++;
			}
		}
		this.text.add(this.sql.substring(this.textStart));
		return new SqlTemplate(this.text, this.names);
	}

	/** The place of a parameter goes from here to where the parser is. */
	private void place(int start) {
		this.text.add(this.sql.substring(this.textStart, start));
		this.textStart = this.at;
	}

	/** A doubled quote ends a string and begins the next, which comes to the same. */
	private void skipQuoted(char quote) {
		this.at++;
		while (this.at < this.sql.length() && this.sql.charAt(this.at) != quote) {
			this.at += (this.mysql && quote != '`' && this.sql.charAt(this.at) == '\\') ? 2 : 1;
		}
		this.at = Math.min(this.at + 1, this.sql.length());
	}

	private void skipLineComment(boolean comment) {
		int end = this.sql.indexOf('\n', this.at);
		if (!comment) {
			this.at++;
		}
		else {
			this.at = (end < 0) ? this.sql.length() : end;
		}
	}

	private void skipBlockComment() {
		if (!this.sql.startsWith("/*", this.at)) {
			this.at++;
			return;
		}
		int end = this.sql.indexOf("*/", this.at + 2);
		this.at = (end < 0) ? this.sql.length() : end + 2;
	}

	/** A name, unless it is an assignment or a cast. */
	private void colon() {
		int start = this.at++;
		if (this.sql.startsWith(":", this.at)) {
			this.at++;
			return;
		}
		int nameStart = this.at;
		if (!this.named || nameStart == this.sql.length()
				|| !Character.isJavaIdentifierStart(this.sql.charAt(nameStart))) {
			return;
		}
		while (this.at < this.sql.length() && Character.isJavaIdentifierPart(this.sql.charAt(this.at))) {
			this.at++;
		}
		this.names.add(this.sql.substring(nameStart, this.at));
		place(start);
	}

}
