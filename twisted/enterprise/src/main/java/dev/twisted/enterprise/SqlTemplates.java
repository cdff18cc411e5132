package dev.twisted.enterprise;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps the templates of the statements that an application uses. It keeps only so many:
 * who puts values into the text makes ever new ones.
 */
final class SqlTemplates {

	private static final int LIMIT = 512;

	private final Map<String, SqlTemplate> positional = new ConcurrentHashMap<>();

	private final Map<String, SqlTemplate> named = new ConcurrentHashMap<>();

	private final Dialect dialect;

	SqlTemplates(Dialect dialect) {
		this.dialect = dialect;
	}

	SqlTemplate get(Query query) {
		boolean named = query.kind() == Query.Kind.NAMED;
		Map<String, SqlTemplate> known = named ? this.named : this.positional;
		SqlTemplate template = known.get(query.sql());
		if (template == null) {
			template = SqlParser.parse(query.sql(), named, this.dialect);
			if (known.size() < LIMIT) {
				known.put(query.sql(), template);
			}
		}
		return template;
	}

}
