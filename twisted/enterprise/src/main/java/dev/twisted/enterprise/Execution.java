package dev.twisted.enterprise;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.RowMetadata;
import io.r2dbc.spi.Statement;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * One execution of a query on a connection.
 */
final class Execution {

	/** Of what is executed, by the name that users know. */
	private static final Logger logger = LoggerFactory.getLogger(Statements.class);

	private static final Object NULL = new Object();

	private final Query query;

	private final SqlTemplates templates;

	/** What the database made up, {@code null} if nobody wants to know. */
	private final String @Nullable [] generatedKeys;

	Execution(Query query, SqlTemplates templates, String @Nullable [] generatedKeys) {
		this.query = query;
		this.templates = templates;
		this.generatedKeys = generatedKeys;
	}

	/** All rows. */
	<T> Mono<List<T>> list(Lease lease, Mapping mapping) {
		return read(lease, mapping).collect(ArrayList::new, (list, item) -> list.add(Execution.<T>made(item)));
	}

	/** The rows one by one. */
	<T> Flux<T> stream(Lease lease, Mapping mapping) {
		return read(lease, mapping).handle((item, sink) -> {
			if (item == NULL) {
				RuntimeException failure = new IllegalArgumentException(
						"A NULL of the database cannot be an item of a Flux");
				tell(failure);
				sink.error(failure);
			}
			else {
				sink.next(Execution.<T>made(item));
			}
		});
	}

	/** How many rows were changed. */
	Mono<Long> count(Lease lease) {
		return lease.run((connection) -> Flux.from(execute(connection)).concatMap(Result::getRowsUpdated), this::tell)
			.reduce(0L, Long::sum);
	}

	/** What the rows are made into, or {@link #NULL}. */
	private Flux<Object> read(Lease lease, Mapping mapping) {
		return lease.run((connection) -> Flux.from(execute(connection)).concatMap((result) -> {
			ResultReader reader = new ResultReader(mapping);
			return result.map(reader::read);
		}), this::tell);
	}

	/** For the caller a {@code null} is one of the values that its type has. */
	@SuppressWarnings({ "unchecked", "NullAway" })
	private static <T> T made(Object item) {
		return (T) ((item != NULL) ? item : null);
	}

	private void tell(Throwable ex) {
		StatementText.addTo(ex, this.query);
	}

	private Publisher<? extends Result> execute(Connection connection) {
		logger.debug("{}", this.query);
		Statement statement = statement(connection);
		if (this.generatedKeys != null) {
			statement.returnGeneratedValues(this.generatedKeys);
		}
		return statement.execute();
	}

	private Statement statement(Connection connection) {
		if (this.query.kind() == Query.Kind.PLAIN) {
			return connection.createStatement(this.query.sql());
		}
		SqlTemplate template = this.templates.get(this.query);
		List<? extends @Nullable Object> values = this.query.values(template, 0);
		String sql = template.render(values);
		Statement statement = connection.createStatement(sql);
		bind(statement, values);
		for (int i = 1; i < this.query.executions(); i++) {
			List<? extends @Nullable Object> next = this.query.values(template, i);
			if (!template.render(next).equals(sql)) {
				throw new IllegalArgumentException("The lists of values in a batch must be equally long");
			}
			bind(statement.add(), next);
		}
		return statement;
	}

	private static void bind(Statement statement, List<? extends @Nullable Object> values) {
		int index = 0;
		for (Object value : values) {
			if (value instanceof Collection<?> list) {
				for (Object item : list) {
					bind(statement, index++, item);
				}
			}
			else {
				bind(statement, index++, value);
			}
		}
	}

	private static void bind(Statement statement, int index, @Nullable Object value) {
		if (value == null) {
			statement.bindNull(index, String.class);
		}
		else if (value instanceof Parameter parameter) {
			bindTyped(statement, index, parameter);
		}
		else if (value instanceof Enum<?> constant) {
			statement.bind(index, constant.name());
		}
		else {
			statement.bind(index, value);
		}
	}

	/** Not every driver knows typed parameters. */
	private static void bindTyped(Statement statement, int index, Parameter parameter) {
		Object value = parameter.getValue();
		if (value == null) {
			statement.bindNull(index, parameter.getType().getJavaType());
		}
		else {
			statement.bind(index, value);
		}
	}

	/**
	 * Reads the rows of one result. What goes wrong is passed on as an item.
	 */
	private static final class ResultReader {

		private final Mapping mapping;

		private Mapping.@Nullable Reader reader;

		ResultReader(Mapping mapping) {
			this.mapping = mapping;
		}

		Object read(io.r2dbc.spi.Row row, RowMetadata metadata) {
			try {
				Mapping.Reader current = this.reader;
				if (current == null) {
					current = this.mapping.begin(metadata);
					this.reader = current;
				}
				Object item = current.read(row);
				return (item != null) ? item : NULL;
			}
			catch (Throwable ex) {
				return new Unbroken.Unusable(ex);
			}
		}

	}

}
