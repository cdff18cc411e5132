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

	/** Whether a backslash escapes in strings, and a hash begins a comment. */
	private final boolean mysql;

	private final Dialect dialect;

	private final List<String> text = new ArrayList<>();

	/** The text since the last place, as far as it has been copied. */
	private final StringBuilder part = new StringBuilder();

	private final List<String> names = new ArrayList<>();

	/** What has been copied of the statement. */
	private int copied;

	private int at;

	private SqlParser(String sql, boolean named, Dialect dialect) {
		this.sql = sql;
		this.named = named;
		this.dialect = dialect;
		this.mysql = dialect == Dialect.MYSQL;
	}

	/**
	 * Find the places.
	 * @param sql the statement
	 * @param named whether they have names
	 * @param dialect how the database and its driver write statements
	 */
	static SqlTemplate parse(String sql, boolean named, Dialect dialect) {
		return new SqlParser(sql, named, dialect).parse();
	}

	private SqlTemplate parse() {
		while (this.at < this.sql.length()) {
			char character = this.sql.charAt(this.at);
			switch (character) {
				case '\'', '"', '`' -> skipQuoted(character);
				case '-' -> skipLineComment(this.sql.startsWith("--", this.at));
				case '#' -> skipHashComment();
				case '/' -> skipBlockComment();
				case '?' -> questionMark();
				case ':' -> colon();
				default -> this.at++;
			}
		}
		endPart(this.sql.length());
		return new SqlTemplate(this.text, this.names, this.dialect);
	}

	/** A parameter without a name, or an operator of a database that knows such. */
	private void questionMark() {
		this.at++;
		if (!this.named) {
			place(this.at - 1);
		}
		else if (this.dialect != Dialect.POSTGRESQL) {
			throw new IllegalArgumentException(
					"The statement has a parameter ?, and was given a Map: write parameters as :name, all of them");
		}
	}

	/** The place of a parameter goes from here to where the parser is. */
	private void place(int start) {
		endPart(start);
		this.copied = this.at;
		if (this.at < this.sql.length() && Character.isJavaIdentifierPart(this.sql.charAt(this.at))) {
			// A driver may take what follows a question mark for a name.
			this.part.append(' ');
		}
	}

	private void endPart(int end) {
		copyTo(end);
		this.text.add(this.part.toString());
		this.part.setLength(0);
	}

	private void copyTo(int end) {
		this.part.append(this.sql, this.copied, end);
		this.copied = end;
	}

	/** A doubled quote ends a string and begins the next, which comes to the same. */
	private void skipQuoted(char quote) {
		this.at++;
		while (this.at < this.sql.length() && this.sql.charAt(this.at) != quote) {
			if (!this.mysql || quote == '`' || this.sql.charAt(this.at) != '\\') {
				this.at++;
				continue;
			}
			if (this.at + 1 < this.sql.length() && this.sql.charAt(this.at + 1) == quote) {
				// To the driver an escaped quote ends the string, and it would put
				// values where the database does not expect them.
				replaceCharacter(String.valueOf(quote));
			}
			this.at += 2;
		}
		this.at = Math.min(this.at + 1, this.sql.length());
	}

	private void replaceCharacter(String text) {
		copyTo(this.at);
		this.part.append(text);
		this.copied = this.at + 1;
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

	private void skipHashComment() {
		if (this.mysql) {
			// The driver does not know these.
			replaceCharacter("-- ");
		}
		skipLineComment(this.mysql);
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
