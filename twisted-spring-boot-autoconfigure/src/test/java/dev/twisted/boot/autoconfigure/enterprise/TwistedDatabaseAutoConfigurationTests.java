package dev.twisted.boot.autoconfigure.enterprise;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.boot.autoconfigure.defer.TwistedDeferredAutoConfiguration;
import dev.twisted.boot.autoconfigure.defer.TwistedTransactionAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.enterprise.ConnectionPoolBuilder;
import dev.twisted.enterprise.Query;
import dev.twisted.internet.Reactor;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcInitializationAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Exceptions;
import reactor.core.publisher.Mono;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class TwistedDatabaseAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(R2dbcAutoConfiguration.class,
				R2dbcTransactionManagerAutoConfiguration.class, TransactionAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedDeferredAutoConfiguration.class,
				TwistedTransactionAutoConfiguration.class, TwistedDatabaseAutoConfiguration.class))
		.withPropertyValues("spring.r2dbc.generate-unique-name=true");

	@Test
	void aPoolAnswersOverTheConnectionFactoryOfBoot() {
		this.runner
			.run((context) -> assertThat(get(context.getBean(ConnectionPool.class).runQuery(int.class, "SELECT 6 * 7")))
				.containsExactly(42));
	}

	@Test
	void withoutTheLibraryOrADatabaseThereIsNoPool() {
		this.runner.withClassLoader(new FilteredClassLoader("dev.twisted.enterprise"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("twistedConnectionPools"));
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(TwistedReactorAutoConfiguration.class,
					TwistedDatabaseAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(ConnectionPool.class));
		this.runner.withClassLoader(new FilteredClassLoader("io.r2dbc"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("twistedConnectionPools"));
	}

	@Test
	void withoutSpringsR2dbcAPoolAnswersAsWell() {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.r2dbc"))
			.run((context) -> assertThat(get(context.getBean(ConnectionPool.class).runQuery(int.class, "SELECT 6 * 7")))
				.containsExactly(42));
	}

	@Test
	void aPoolOfTheApplicationTakesThePlaceOfOurs() {
		this.runner.withUserConfiguration(OwnPool.class)
			.run((context) -> assertThat(context).hasSingleBean(ConnectionPool.class).hasBean("mine"));
	}

	@Test
	void severalDatabasesAreToldApartByTheNamesOfTheirConnectionFactories() {
		this.runner.withUserConfiguration(TwoDatabases.class).withBean(Clerk.class).run((context) -> {
			Clerk clerk = context.getBean(Clerk.class);
			assertThat(get(clerk.orders.runQuery(String.class, "SELECT DATABASE_PATH()"))).hasSize(1);
			get(clerk.orders.runOperation("CREATE TABLE only_here (id INT)"));
			get(clerk.any.runOperation("INSERT INTO only_here (id) VALUES (1)"));
			assertThatThrownBy(() -> get(clerk.stock.runQuery("SELECT * FROM only_here")))
				.hasMessageContaining("ONLY_HERE");
		});
	}

	@Test
	void theLimitsAreThoseOfTheProperties() {
		this.runner.withPropertyValues("twisted.database.query-timeout=50ms").run((context) -> {
			ConnectionPool pool = context.getBean(ConnectionPool.class);
			assertThatThrownBy(() -> get(pool.runInteraction((transaction) -> new Deferred<>())))
				.hasMessageContaining("PT0.05S");
		});
		this.runner.withPropertyValues("twisted.database.acquire-timeout=50ms")
			.withUserConfiguration(NoConnection.class)
			.run((context) -> {
				ConnectionPool pool = context.getBean(ConnectionPool.class);
				assertThatThrownBy(() -> get(pool.runQuery("SELECT 1"))).hasMessageContaining("PT0.05S");
			});
	}

	@Test
	void aLimitThatIsNoneIsRefusedByItsKey() {
		for (String key : List.of("acquire-timeout", "query-timeout", "close-timeout")) {
			this.runner.withPropertyValues("twisted.database." + key + "=0s")
				.run((context) -> assertThat(context).getFailure()
					.rootCause()
					.hasMessageContaining("twisted.database." + key));
		}
	}

	@Test
	void aCallJoinsTheTransactionOfTheMethodThatMakesIt() {
		this.runner.withUserConfiguration(Application.class).run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> get(accounts.openAndFail("ann"))).hasMessage("no more accounts");
			assertThat(accounts.names()).isEmpty();
			get(accounts.open("ann"));
			assertThat(accounts.names()).containsExactly("ann");
		});
	}

	@Test
	void itSeesWhatDatabaseClientHasDoneInTheSameTransaction() {
		this.runner.withUserConfiguration(Application.class).run((context) -> {
			ConnectionPool pool = context.getBean(ConnectionPool.class);
			DatabaseClient client = context.getBean(DatabaseClient.class);
			TransactionalOperator operator = TransactionalOperator
				.create(context.getBean(ReactiveTransactionManager.class));
			Mono<List<String>> seen = client.sql("INSERT INTO account (name) VALUES ('bob')")
				.then()
				.then(Deferreds.mono(() -> pool.runQuery(String.class, "SELECT name FROM account")));
			List<String> names = operator.execute((status) -> seen.doOnNext((result) -> status.setRollbackOnly()))
				.blockFirst(Duration.ofSeconds(10));
			assertThat(names).containsExactly("bob");
			assertThat(context.getBean(Accounts.class).names()).isEmpty();
		});
	}

	@Test
	void anInteractionInsideATransactionIsUndoneByItself() {
		this.runner.withUserConfiguration(Application.class).run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			get(accounts.openTwoOfWhichOneFails("ann", "bob"));
			assertThat(accounts.names()).containsExactly("ann");
		});
	}

	@Test
	void whoAsksAsSoonAsThereIsAPoolFindsTheTablesOfTheScripts() {
		this.runner.withConfiguration(AutoConfigurations.of(R2dbcInitializationAutoConfiguration.class))
			.withPropertyValues("spring.sql.init.mode=always",
					"spring.sql.init.schema-locations=classpath:dev/twisted/boot/autoconfigure/enterprise/schema.sql")
			.withUserConfiguration(Eager.class)
			.run((context) -> assertThat(get(context.getBean(Early.class).counts)).containsExactly(0));
	}

	@Test
	void callsUnderWayEndBeforeTheConnectionsGo() {
		List<Deferred<Long>> underWay = new ArrayList<>();
		this.runner.withUserConfiguration(Application.class).run((context) -> {
			ConnectionPool pool = context.getBean(ConnectionPool.class);
			underWay.add(pool.runOperation("INSERT INTO account (name) SELECT 'eve'"
					+ " WHERE (SELECT SUM(X) FROM SYSTEM_RANGE(1, 5000000)) > 0"));
		});
		assertThat(get(underWay.get(0))).isEqualTo(1);
	}

	private static <T> T get(Deferred<T> deferred) {
		try {
			return deferred.toCompletableFuture().get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw Exceptions.propagate(ex.getCause());
		}
		catch (Exception ex) {
			throw new AssertionError(ex);
		}
	}

	private static ConnectionFactory memory(String name) {
		return ConnectionFactories.get("r2dbc:h2:mem:///" + name + "?options=DB_CLOSE_DELAY=-1");
	}

	static class OwnPool {

		@Bean
		ConnectionPool mine(Reactor reactor, ConnectionFactory connectionFactory) {
			return new ConnectionPoolBuilder(reactor, connectionFactory).build();
		}

	}

	static class NoConnection {

		/** Never answers. */
		@Bean
		ConnectionFactory connectionFactory() {
			ConnectionFactory real = memory("never");
			return new ConnectionFactory() {

				@Override
				public Mono<Connection> create() {
					return Mono.never();
				}

				@Override
				public ConnectionFactoryMetadata getMetadata() {
					return real.getMetadata();
				}

			};
		}

	}

	static class TwoDatabases {

		@Bean
		@Primary
		ConnectionFactory orders() {
			return memory("orders");
		}

		@Bean
		ConnectionFactory stock() {
			return memory("stock");
		}

	}

	static class Clerk {

		private final ConnectionPool any;

		private final ConnectionPool orders;

		private final ConnectionPool stock;

		Clerk(ConnectionPool any, @Qualifier("orders") ConnectionPool orders,
				@Qualifier("stock") ConnectionPool stock) {
			this.any = any;
			this.orders = orders;
			this.stock = stock;
		}

	}

	/** Its bean is made before Boot's. */
	static class Eager {

		@Bean
		static Early early(ConnectionPool pool) {
			return new Early(pool);
		}

	}

	static class Early {

		private final Deferred<List<Integer>> counts;

		Early(ConnectionPool pool) {
			this.counts = pool.runQuery(int.class, "SELECT COUNT(*) FROM from_script");
		}

	}

	@Import(Accounts.class)
	static class Application {

	}

	static class Accounts {

		private final ConnectionPool pool;

		/** The reactor does not run yet. */
		Accounts(ConnectionPool pool, DatabaseClient client) {
			this.pool = pool;
			client.sql("CREATE TABLE account (name VARCHAR(20) PRIMARY KEY)").then().block();
		}

		@Transactional
		Deferred<Long> open(String name) {
			return this.pool.runOperation("INSERT INTO account (name) VALUES (?)", name);
		}

		@Transactional
		Deferred<Long> openAndFail(String name) {
			return this.pool.runOperation("INSERT INTO account (name) VALUES (?)", name).addCallback((one) -> {
				throw new IllegalStateException("no more accounts");
			});
		}

		@Transactional
		Deferred<Long> openTwoOfWhichOneFails(String good, String bad) {
			return this.pool.runOperation("INSERT INTO account (name) VALUES (?)", good)
				.compose((one) -> this.pool.<Long>runInteraction(
						(transaction) -> transaction.runOperation("INSERT INTO account (name) VALUES (?)", bad)
							.addCallback((two) -> {
								throw new IllegalStateException("not that one");
							})))
				.addErrback((failure) -> 0L);
		}

		List<String> names() {
			return get(this.pool.runQuery(String.class, Query.of("SELECT name FROM account ORDER BY name")));
		}

	}

}
