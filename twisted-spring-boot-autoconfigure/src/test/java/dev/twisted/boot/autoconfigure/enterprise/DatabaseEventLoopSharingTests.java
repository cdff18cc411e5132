package dev.twisted.boot.autoconfigure.enterprise;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.twisted.boot.ReactorBuilderCustomizer;
import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.boot.autoconfigure.defer.TwistedDeferredAutoConfiguration;
import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.enterprise.Query;
import dev.twisted.internet.Reactor;
import dev.twisted.testing.MariaDb;
import dev.twisted.testing.TestDatabase;
import io.r2dbc.pool.PoolMetrics;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcInitializationAutoConfiguration;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Flux;
import reactor.netty.resources.LoopResources;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;

/**
 * The driver of a real database on the reactor's event loops.
 */
class DatabaseEventLoopSharingTests {

	private static final Duration LIMIT = Duration.ofSeconds(20);

	private static final String[] SCRIPT = { "spring.sql.init.mode=always",
			"spring.sql.init.schema-locations=classpath:dev/twisted/boot/autoconfigure/enterprise/shared.sql" };

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(R2dbcAutoConfiguration.class,
				R2dbcInitializationAutoConfiguration.class, TwistedReactorAutoConfiguration.class,
				TwistedDatabaseAutoConfiguration.class, TwistedDatabaseEventLoopSharingAutoConfiguration.class))
		.withUserConfiguration(Named.class);

	private final ApplicationContextRunner mariaDb = this.runner.withPropertyValues(url("127.0.0.1"),
			"spring.r2dbc.username=" + MariaDb.USER, "spring.r2dbc.password=" + MariaDb.PASSWORD,
			"spring.r2dbc.properties.sslMode=DISABLED",
			// However busy the machine is, nothing here is slow.
			"twisted.reactor.slow-callback-threshold=1h");

	private static String url(String host) {
		return "spring.r2dbc.url=r2dbc:mysql://%s:%d/demo".formatted(host, MariaDb.running().port());
	}

	// Together

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void theAnswersOfTheDatabaseComeOnTheReactorsThread(boolean pooled) {
		this.mariaDb.withPropertyValues("spring.r2dbc.pool.enabled=" + pooled).run((context) -> {
			answersComeOn(context, reactorThread(context));
			List<Thread> ofPool = context.getBean(Reactor.class)
				.blockingCallFromThread(() -> context.getBean(ConnectionPool.class)
					.runQuery((row) -> thread(), Query.of("SELECT 1 UNION SELECT 2")));
			assertThat(ofPool).hasSize(2).containsOnly(reactorThread(context));
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "nio", "epoll", "auto" })
	void aDatabaseIsFoundByItsNameWithEachModelOfEventLoops(String model) {
		this.mariaDb.withPropertyValues(url("localhost"), "twisted.reactor.event-loop-model=" + model)
			.run((context) -> answersComeOn(context, reactorThread(context)));
	}

	@Test
	void withSeveralEventLoopsConnectionsAreSpreadOverThem() {
		this.mariaDb.withPropertyValues("twisted.reactor.event-loops=2", "spring.r2dbc.pool.initial-size=8")
			.run((context) -> {
				Set<String> threads = ConcurrentHashMap.newKeySet();
				DatabaseClient client = context.getBean(DatabaseClient.class);
				Flux.range(0, 8)
					.flatMap(
							(i) -> client.sql("SELECT SLEEP(0.05)").map((row) -> threads.add(thread().getName())).one())
					.blockLast(LIMIT);
				assertThat(threads).hasSize(2).allSatisfy((name) -> assertThat(name).startsWith("shared-"));
			});
	}

	@Test
	void theScriptsOfTheApplicationAreRunBeforeTheReactorIs() {
		this.mariaDb.withPropertyValues(SCRIPT).withUserConfiguration(EarlyAsker.class).run((context) -> {
			EarlyAsker early = context.getBean(EarlyAsker.class);
			assertThat(early.reactorRan).isFalse();
			assertThat(early.sum).isEqualTo(13);
			answersComeOn(context, reactorThread(context));
		});
	}

	@Test
	void aDatabaseWithoutEventLoopsIsAsItWas() {
		this.runner.withPropertyValues("spring.r2dbc.generate-unique-name=true").run((context) -> {
			assertThat(context).hasBean("twistedDatabaseEventLoops");
			assertThat(answeringThread(context).getName()).doesNotStartWith("shared-");
		});
		noThreadIsLeft();
	}

	// Apart

	@Test
	void theDriverHasThreadsOfItsOwnWhereThatIsAskedFor() {
		this.mariaDb.withPropertyValues("twisted.database.share-event-loops=false")
			.run((context) -> answersComeOn(context, "reactor-tcp"));
	}

	@Test
	void whoGivesTheDriverEventLoopsKeepsThem() {
		LoopResources own = LoopResources.create("own", 1, true);
		try {
			// A pool might still be opening connections when its loops end.
			this.mariaDb.withPropertyValues("spring.r2dbc.pool.enabled=false")
				.withBean(ConnectionFactoryOptionsBuilderCustomizer.class,
						() -> (options) -> options.option(SharedEventLoops.LOOP_RESOURCES, own))
				.run((context) -> answersComeOn(context, "own-"));
		}
		finally {
			own.disposeLater(Duration.ZERO, LIMIT).block(LIMIT);
		}
	}

	@Test
	void aReactorWithoutEventLoopsOfNettysIsKeptApart() {
		this.mariaDb.withBean(Reactor.class, () -> mock(Reactor.class))
			.run((context) -> answersComeOn(context, "reactor-tcp"));
	}

	@Test
	void aReactorThatIsMadeWithTheHelpOfTheDatabaseIsKeptApart() {
		ApplicationContextRunner helped = this.mariaDb.withUserConfiguration(NameFromDatabase.class);
		helped.withPropertyValues("spring.r2dbc.pool.enabled=false")
			.withUserConfiguration(ReactorFirst.class)
			.run(this::isKeptApart);
		helped.run(this::isKeptApart);
	}

	private void isKeptApart(ApplicationContext context) throws Exception {
		answersComeOn(context, "reactor-tcp");
		assertThat(reactorThread(context).getName()).startsWith("shared-42");
	}

	@Test
	void withoutBootsR2dbcThereIsNothingToGiveThemTo() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(TwistedReactorAutoConfiguration.class,
					TwistedDatabaseEventLoopSharingAutoConfiguration.class))
			.withClassLoader(new FilteredClassLoader("org.springframework.boot.r2dbc"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("twistedDatabaseEventLoops"));
	}

	// The end

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void connectionsAreClosedWithAGoodbyeAndNoThreadIsLeft(CapturedOutput output) {
		try (Server server = new Server()) {
			long aborted = server.status("Aborted_clients");
			long connected = server.status("Threads_connected");
			this.mariaDb.withPropertyValues("spring.r2dbc.pool.initial-size=5").run((context) -> {
				context.getBean(DatabaseClient.class).sql("SELECT 1").then().block(LIMIT);
				PoolMetrics pool = context.getBean(io.r2dbc.pool.ConnectionPool.class).getMetrics().orElseThrow();
				Awaitility.await().until(() -> pool.idleSize() == 5);
				assertThat(server.status("Threads_connected")).isEqualTo(connected + 5);
			});
			noThreadIsLeft();
			Awaitility.await().untilAsserted(() -> assertThat(server.status("Threads_connected")).isEqualTo(connected));
			assertThat(server.status("Aborted_clients")).isEqualTo(aborted);
		}
		nobodyComplains(output);
	}

	@Test
	void whoIsDestroyedMayAskTheDatabaseAfterTheReactorHasStopped() {
		AtomicReference<LastWords> said = new AtomicReference<>();
		this.mariaDb.withPropertyValues(SCRIPT)
			.withBean(LastWords.class)
			.run((context) -> said.set(context.getBean(LastWords.class)));
		assertThat(said.get().reactorRan).isFalse();
		assertThat(said.get().sum).isEqualTo(13);
		noThreadIsLeft();
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aContextThatIsStoppedAndStartedAgainHasTheSameConnections(CapturedOutput output) {
		this.mariaDb.withPropertyValues("spring.r2dbc.pool.initial-size=1", "spring.r2dbc.pool.max-size=1")
			.run((context) -> {
				long first = connectionId(context);
				for (int i = 0; i < 2; i++) {
					context.stop();
					assertThat(context.getBean(TwistedRuntime.class).reactor().running()).isFalse();
					assertThat(connectionId(context)).isEqualTo(first);
					context.start();
					assertThat(connectionId(context)).isEqualTo(first);
					answersComeOn(context, reactorThread(context));
				}
			});
		nobodyComplains(output);
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void aContextMayBeClosedOnTheReactorsThreadWhileTheDatabaseIsAsked(boolean shared) {
		CompletableFuture<String> closed = new CompletableFuture<>();
		CompletableFuture<Object> outcome = new CompletableFuture<>();
		this.mariaDb.withConfiguration(AutoConfigurations.of(TwistedDeferredAutoConfiguration.class))
			.withPropertyValues("twisted.database.share-event-loops=" + shared, "twisted.database.close-timeout=100ms")
			.run((context) -> {
				ConnectionPool pool = context.getBean(ConnectionPool.class);
				context.getBean(Reactor.class).callFromThread(() -> {
					pool.runQuery("SELECT SLEEP(5)").doOnBoth(() -> outcome.complete("asked"));
					context.close();
					closed.complete("closed");
				});
				assertThat(closed.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo("closed");
			});
		assertThat(outcome.orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS).join()).isEqualTo("asked");
		noThreadIsLeft();
	}

	@Test
	void aClosedContextHasWaitedForWhatTheDatabaseIsAsked() {
		CompletableFuture<Object> outcome = new CompletableFuture<>();
		this.mariaDb.run((context) -> context.getBean(ConnectionPool.class)
			.runQuery("SELECT SLEEP(0.2)")
			.doOnBoth(() -> outcome.complete("answered")));
		assertThat(outcome).isCompletedWithValue("answered");
		noThreadIsLeft();
	}

	@Test
	void aStartThatFailsLeavesNoThreadBehind() {
		long begun = System.nanoTime();
		this.mariaDb.withPropertyValues(SCRIPT)
			.withUserConfiguration(EarlyAsker.class)
			.withBean(Failing.class)
			.run((context) -> assertThat(context).hasFailed().getFailure().hasRootCauseMessage("expected by the test"));
		assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LIMIT);
		noThreadIsLeft();
	}

	private static void nobodyComplains(CapturedOutput output) {
		// What tests before this one have left unhandled is told whenever it is
		// collected.
		assertThat(output.getAll().lines().filter((line) -> line.contains(" WARN ") || line.contains(" ERROR ")))
			.allMatch((line) -> line.contains("Unhandled error in Deferred"));
	}

	private static void noThreadIsLeft() {
		Awaitility.await()
			.untilAsserted(() -> assertThat(Thread.getAllStackTraces().keySet())
				.noneMatch((thread) -> thread.getName().startsWith("shared-")));
	}

	private static Thread reactorThread(ApplicationContext context) throws Exception {
		return context.getBean(Reactor.class).blockingCallFromThread(Thread::currentThread);
	}

	private static void answersComeOn(ApplicationContext context, Thread expected) {
		Awaitility.await().until(() -> answeringThread(context) == expected);
	}

	private static void answersComeOn(ApplicationContext context, String prefix) {
		Awaitility.await().until(() -> answeringThread(context).getName().startsWith(prefix));
	}

	/** Sometimes that of who asks, if the answer is there before it has asked for it. */
	private static Thread answeringThread(ApplicationContext context) {
		return context.getBean(DatabaseClient.class).sql("SELECT 1").map((row) -> thread()).one().block(LIMIT);
	}

	private static long connectionId(ApplicationContext context) {
		return context.getBean(DatabaseClient.class)
			.sql("SELECT CONNECTION_ID()")
			.mapValue(Long.class)
			.one()
			.block(LIMIT);
	}

	private static Thread thread() {
		return Thread.currentThread();
	}

	/** Tells the reactor's threads from others. */
	@Configuration(proxyBeanMethods = false)
	static class Named {

		@Bean
		ReactorBuilderCustomizer named() {
			return (builder) -> builder.name("shared");
		}

	}

	/** Asks as soon as there is a database. */
	static class EarlyAsker {

		private final boolean reactorRan;

		private final Integer sum;

		EarlyAsker(DatabaseClient client, Reactor reactor) {
			this.reactorRan = reactor.running();
			this.sum = client.sql("SELECT SUM(id) FROM shared").mapValue(Integer.class).one().block(LIMIT);
		}

	}

	static class LastWords implements DisposableBean {

		private final DatabaseClient client;

		private final Reactor reactor;

		private boolean reactorRan = true;

		private Integer sum;

		LastWords(DatabaseClient client, Reactor reactor) {
			this.client = client;
			this.reactor = reactor;
		}

		@Override
		public void destroy() {
			this.reactorRan = this.reactor.running();
			// More than there have been before, so that some are opened now.
			this.sum = Flux.range(0, 3)
				.flatMap((i) -> this.client.sql("SELECT SUM(id) FROM shared").mapValue(Integer.class).one())
				.blockLast(LIMIT);
		}

	}

	static class Failing {

		Failing(EarlyAsker early) {
			throw new IllegalStateException("expected by the test");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class NameFromDatabase {

		@Bean
		ReactorBuilderCustomizer numbered(DatabaseClient client) {
			return (builder) -> builder
				.name("shared-" + client.sql("SELECT 42").mapValue(Integer.class).one().block(LIMIT));
		}

	}

	/** A bean that asks for the reactor before anybody asks for the database. */
	@Configuration(proxyBeanMethods = false)
	static class ReactorFirst {

		@Bean
		static Object reactorFirst(Reactor reactor) {
			return reactor.toString();
		}

	}

	/** What the server says of itself, over a connection of its own. */
	private static final class Server implements AutoCloseable {

		private final io.r2dbc.pool.ConnectionPool connection = TestDatabase.MARIADB.pool(1);

		private final DatabaseClient client = DatabaseClient.create(this.connection);

		long status(String name) {
			return this.client.sql("SHOW GLOBAL STATUS LIKE '%s'".formatted(name))
				.map((row) -> row.get("Value", String.class))
				.one()
				.map(Long::parseLong)
				.block(LIMIT);
		}

		@Override
		public void close() {
			this.connection.dispose();
		}

	}

}
