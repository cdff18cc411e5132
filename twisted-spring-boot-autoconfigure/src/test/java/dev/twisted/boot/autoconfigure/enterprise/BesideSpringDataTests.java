package dev.twisted.boot.autoconfigure.enterprise;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.boot.autoconfigure.defer.TwistedDeferredAutoConfiguration;
import dev.twisted.boot.autoconfigure.defer.TwistedTransactionAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.internet.Reactor;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.data.r2dbc.autoconfigure.DataR2dbcAutoConfiguration;
import org.springframework.boot.data.r2dbc.autoconfigure.DataR2dbcRepositoriesAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.data.annotation.Id;
import org.springframework.data.r2dbc.repository.config.EnableR2dbcRepositories;
import org.springframework.data.repository.reactive.ReactiveCrudRepository;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.annotation.Transactional;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * One database, asked by repositories of Spring Data, by {@link DatabaseClient} and by
 * {@link ConnectionPool} in one application.
 */
class BesideSpringDataTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(R2dbcAutoConfiguration.class, DataR2dbcAutoConfiguration.class,
				DataR2dbcRepositoriesAutoConfiguration.class, R2dbcTransactionManagerAutoConfiguration.class,
				TransactionAutoConfiguration.class, TwistedReactorAutoConfiguration.class,
				TwistedDeferredAutoConfiguration.class, TwistedTransactionAutoConfiguration.class,
				TwistedDatabaseAutoConfiguration.class))
		.withPropertyValues("spring.r2dbc.generate-unique-name=true")
		.withUserConfiguration(Application.class);

	@Test
	void eachSeesWhatTheOthersHaveDone() {
		this.runner.run((context) -> {
			BookRepository repository = context.getBean(BookRepository.class);
			ConnectionPool pool = context.getBean(ConnectionPool.class);
			repository.save(new Book(null, "by repository")).block(LIMIT);
			context.getBean(DatabaseClient.class)
				.sql("INSERT INTO book (title) VALUES ('by client')")
				.then()
				.block(LIMIT);
			get(pool.runOperation("INSERT INTO book (title) VALUES (?)", "by pool"));
			assertThat(context.getBean(Books.class).titles()).containsExactly("by repository", "by client", "by pool");
			assertThat(get(pool.runQuery(Book.class, "SELECT * FROM book ORDER BY id")))
				.isEqualTo(repository.findAll().collectList().block(LIMIT));
		});
	}

	@Test
	void whatTheyDoInOneTransactionIsDoneAsAWholeOrNotAtAll() {
		this.runner.run((context) -> {
			Books books = context.getBean(Books.class);
			assertThatThrownBy(() -> get(books.addThree(true))).hasRootCauseMessage("no more books");
			assertThat(books.titles()).isEmpty();
			assertThat(get(books.addThree(false))).isEqualTo(3);
			assertThat(books.titles()).hasSize(3);
		});
	}

	private static <T> T get(Deferred<T> deferred) throws Exception {
		return deferred.toCompletableFuture().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
	}

	record Book(@Id Long id, String title) {
	}

	interface BookRepository extends ReactiveCrudRepository<Book, Long> {

	}

	@EnableR2dbcRepositories(considerNestedRepositories = true)
	@Import(Books.class)
	static class Application {

	}

	static class Books {

		private final BookRepository repository;

		private final DatabaseClient client;

		private final ConnectionPool pool;

		private final Reactor reactor;

		Books(BookRepository repository, DatabaseClient client, ConnectionPool pool, Reactor reactor) {
			this.repository = repository;
			this.client = client;
			this.pool = pool;
			this.reactor = reactor;
			client.sql("CREATE TABLE book (id BIGINT AUTO_INCREMENT PRIMARY KEY, title VARCHAR(50))")
				.then()
				.block(LIMIT);
		}

		@Transactional
		Deferred<Long> addThree(boolean fail) {
			return this.reactor.<Book>deferred(this.repository.save(new Book(null, "one")))
				.compose((saved) -> this.pool.runOperation("INSERT INTO book (title) VALUES ('two')"))
				.compose((one) -> this.reactor
					.deferred(this.client.sql("INSERT INTO book (title) VALUES ('three')").fetch().rowsUpdated()))
				.compose((one) -> this.reactor.<Long>deferred(this.repository.count()))
				.doOnCallback((count) -> {
					if (fail) {
						throw new IllegalStateException("no more books");
					}
				});
		}

		List<String> titles() {
			return Flux.from(this.repository.findAll()).map(Book::title).collectList().block(LIMIT);
		}

	}

}
