package dev.twisted.boot.autoconfigure.defer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import dev.twisted.boot.InlineCallbacks;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.internet.Reactor;
import dev.twisted.task.Tasks;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcTransactionManagerAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.transaction.autoconfigure.TransactionAutoConfiguration;
import org.springframework.context.annotation.Import;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.NoTransactionException;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static dev.twisted.defer.Deferreds.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * {@code @Transactional} on methods that return Deferreds, with a real database.
 */
class TransactionTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(
				AutoConfigurations.of(R2dbcAutoConfiguration.class, R2dbcTransactionManagerAutoConfiguration.class,
						TransactionAutoConfiguration.class, TwistedReactorAutoConfiguration.class,
						TwistedDeferredAutoConfiguration.class, TwistedTransactionAutoConfiguration.class))
		.withPropertyValues("spring.r2dbc.generate-unique-name=true")
		.withUserConfiguration(Configuration.class);

	private final ApplicationContextRunner waiting = this.runner
		.withConfiguration(AutoConfigurations.of(TwistedInlineCallbacksAutoConfiguration.class))
		.withBean(Patient.class);

	@Test
	void aTransactionIsCommittedWhenTheDeferredHasAResult() {
		this.runner.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThat(get(accounts.open("ann", "bob"))).isEqualTo("opened");
			assertThat(accounts.transactional()).containsExactly(true, true);
			assertThat(accounts.names()).containsExactly("ann", "bob");
		});
	}

	@Test
	void aTransactionIsRolledBackWhenTheDeferredFails() {
		this.runner.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> get(accounts.openAndFail("ann"))).isInstanceOf(IllegalStateException.class)
				.hasMessage("no more accounts");
			assertThat(accounts.transactional()).containsExactly(true);
			assertThat(accounts.names()).isEmpty();
		});
	}

	@Test
	void aTransactionIsRolledBackWhenTheMethodThrows() {
		this.runner.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> get(accounts.refuse())).isInstanceOf(IllegalStateException.class)
				.hasMessage("refused");
			assertThat(accounts.names()).isEmpty();
		});
	}

	@Test
	void aTransactionIsRolledBackWhenTheDeferredIsCancelled() {
		this.runner.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			Deferred<String> deferred = accounts.openAndWait("ann");
			Awaitility.await().until(() -> accounts.events().contains("waiting"));
			deferred.cancel();
			deferred.addErrback((failure) -> null);
			Awaitility.await().untilAsserted(() -> assertThat(accounts.events()).contains("cancelled"));
			assertThat(accounts.names()).isEmpty();
		});
	}

	@Test
	void aCheckedExceptionCommitsAsSpringHasIt() {
		this.runner.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> get(accounts.openAndComplain("ann"))).isInstanceOf(IOException.class);
			assertThat(accounts.names()).containsExactly("ann");
		});
	}

	@Test
	void whatIsCalledFromInsideJoinsTheTransaction() {
		this.runner.run((context) -> {
			Bank bank = context.getBean(Bank.class);
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> get(bank.openBothAndFail("ann", "bob"))).hasMessage("the bank is closed");
			assertThat(accounts.transactional()).containsExactly(true, true);
			assertThat(accounts.names()).isEmpty();
		});
	}

	@Test
	void callbacksOnTheReactorsThreadAreStillInTheTransaction() {
		this.runner.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> get(accounts.openByTheReactorAndFail("ann", "bob"))).hasMessage("too late");
			assertThat(accounts.transactional()).containsExactly(true, true);
			assertThat(accounts.names()).isEmpty();
		});
	}

	@Test
	void aMethodThatWaitsIsCommittedAsAWhole() {
		this.waiting.run((context) -> {
			Patient patient = context.getBean(Patient.class);
			Accounts accounts = context.getBean(Accounts.class);
			assertThat(get(patient.open("ann", "bob"))).isEqualTo("opened by the reactor");
			assertThat(accounts.transactional()).containsExactly(true, true);
			assertThat(accounts.names()).containsExactly("ann", "bob");
		});
	}

	@Test
	void aMethodThatWaitsIsRolledBackAsAWhole() {
		this.waiting.run((context) -> {
			Patient patient = context.getBean(Patient.class);
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> get(patient.openAndThrow("ann", "bob"))).isInstanceOf(IllegalStateException.class)
				.hasMessage("too late");
			assertThat(accounts.transactional()).containsExactly(true, true);
			assertThat(accounts.names()).isEmpty();
		});
	}

	@Test
	void aMethodThatWaitsIsRolledBackWhenItIsCancelled() {
		this.waiting.run((context) -> {
			Patient patient = context.getBean(Patient.class);
			Accounts accounts = context.getBean(Accounts.class);
			Deferred<String> result = patient.openAndWait("ann");
			Awaitility.await().until(() -> accounts.events().contains("waiting"));
			result.cancel();
			result.addErrback((failure) -> null);
			Awaitility.await().untilAsserted(() -> assertThat(accounts.events()).contains("cancelled"));
			assertThat(accounts.names()).isEmpty();
		});
	}

	@Test
	void manyMethodsThatWaitHaveATransactionEachAlsoWhenTheReactorCallsThem() {
		this.waiting.run((context) -> {
			Patient patient = context.getBean(Patient.class);
			Accounts accounts = context.getBean(Accounts.class);
			Reactor reactor = context.getBean(Reactor.class);
			List<Deferred<String>> results = reactor.blockingCallFromThread(() -> {
				List<Deferred<String>> all = new ArrayList<>();
				for (int i = 10; i < 40; i++) {
					all.add((i % 2 == 0) ? patient.open("ann" + i, "bob" + i)
							: patient.openAndThrow("ann" + i, "bob" + i).addErrback((failure) -> "failed"));
				}
				return Deferred.succeed(all);
			});
			get(Deferreds.gatherResults(results));
			assertThat(accounts.transactional()).hasSize(60).doesNotContain(false);
			assertThat(accounts.names()).hasSize(30).allMatch((name) -> Integer.parseInt(name.substring(3)) % 2 == 0);
		});
	}

	@Test
	void aContextThatIsClosedInTheMiddleRollsBackWhatWaits() {
		List<Throwable> ends = new CopyOnWriteArrayList<>();
		List<String> events = new ArrayList<>();
		this.waiting.run((context) -> {
			Patient patient = context.getBean(Patient.class);
			Accounts accounts = context.getBean(Accounts.class);
			patient.openAndWait("ann").addErrback((failure) -> {
				ends.add(failure.value());
				return null;
			});
			Awaitility.await().until(() -> accounts.events().contains("waiting"));
			context.close();
			events.addAll(accounts.events());
		});
		assertThat(events).containsExactly("waiting", "cancelled");
		Awaitility.await().untilAsserted(() -> assertThat(ends).singleElement().isInstanceOf(CancelledException.class));
	}

	@Test
	void aMethodWithoutTheAnnotationHasNoTransaction() {
		this.runner.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> get(accounts.openWithout("ann"))).hasMessage("no more accounts");
			assertThat(accounts.transactional()).containsExactly(false);
			assertThat(accounts.names()).containsExactly("ann");
		});
	}

	@Test
	void aMonoIsTreatedAsBefore() {
		this.runner.run((context) -> {
			Accounts accounts = context.getBean(Accounts.class);
			assertThatThrownBy(() -> accounts.openByMonoAndFail("ann").block(Duration.ofSeconds(10)))
				.hasMessage("no more accounts");
			assertThat(accounts.names()).isEmpty();
		});
	}

	private static <T> T get(Deferred<T> deferred) throws Throwable {
		try {
			return deferred.toCompletableFuture().get(20, TimeUnit.SECONDS);
		}
		catch (ExecutionException ex) {
			throw ex.getCause();
		}
	}

	@Import({ Accounts.class, Bank.class })
	static class Configuration {

	}

	static class Bank {

		private final Accounts accounts;

		Bank(Accounts accounts) {
			this.accounts = accounts;
		}

		@Transactional
		Deferred<String> openBothAndFail(String first, String second) {
			return this.accounts.openOne(first)
				.compose((opened) -> this.accounts.openOne(second))
				.addCallback((opened) -> {
					throw new IllegalStateException("the bank is closed");
				});
		}

	}

	static class Patient {

		private final Accounts accounts;

		private final Reactor reactor;

		Patient(Accounts accounts, Reactor reactor) {
			this.accounts = accounts;
			this.reactor = reactor;
		}

		@Transactional
		@InlineCallbacks
		Deferred<String> open(String first, String second) throws Exception {
			await(Deferred.from(this.accounts.insert(first)));
			await(Tasks.deferLater(this.reactor, Duration.ofMillis(1), () -> "later"));
			await(this.accounts.openOne(second));
			return Deferred.succeed(this.reactor.inReactorThread() ? "opened by the reactor" : "opened elsewhere");
		}

		@InlineCallbacks
		@Transactional
		Deferred<String> openAndThrow(String first, String second) throws Exception {
			await(this.accounts.openOne(first));
			await(this.reactor.deferToThread(() -> "elsewhere"));
			await(Deferred.from(this.accounts.insert(second)));
			throw new IllegalStateException("too late");
		}

		@Transactional
		@InlineCallbacks
		Deferred<String> openAndWait(String name) throws Exception {
			await(Deferred.from(this.accounts.insert(name)));
			this.accounts.events().add("waiting");
			return Deferred.succeed(await(new Deferred<>((cancelled) -> this.accounts.events().add("cancelled"))));
		}

	}

	static class Accounts {

		private final List<Boolean> transactional = new CopyOnWriteArrayList<>();

		private final List<String> events = new CopyOnWriteArrayList<>();

		private final DatabaseClient database;

		private final Reactor reactor;

		Accounts(DatabaseClient database, Reactor reactor) {
			this.database = database;
			this.reactor = reactor;
			execute("CREATE TABLE account (name VARCHAR(20))").block(Duration.ofSeconds(10));
		}

		List<Boolean> transactional() {
			return this.transactional;
		}

		List<String> events() {
			return this.events;
		}

		List<String> names() {
			return this.database.sql("SELECT name FROM account ORDER BY name")
				.map((row) -> row.get("name", String.class))
				.all()
				.collectList()
				.block(Duration.ofSeconds(10));
		}

		@Transactional
		Deferred<String> open(String first, String second) {
			return Deferred.from(insert(first))
				.compose((done) -> Deferred.from(insert(second)))
				.addCallback((done) -> "opened");
		}

		@Transactional(propagation = Propagation.REQUIRED)
		Deferred<String> openOne(String name) {
			return Deferred.from(insert(name)).addCallback((done) -> "opened");
		}

		@Transactional
		Deferred<String> openAndFail(String name) {
			return fail(name);
		}

		Deferred<String> openWithout(String name) {
			return fail(name);
		}

		private Deferred<String> fail(String name) {
			return Deferred.from(insert(name)).addCallback((done) -> {
				throw new IllegalStateException("no more accounts");
			});
		}

		@Transactional
		Deferred<String> openAndComplain(String name) {
			return Deferred.from(insert(name)).addCallback((done) -> {
				throw new IOException("a complaint");
			});
		}

		@Transactional
		Deferred<String> refuse() {
			throw new IllegalStateException("refused");
		}

		@Transactional
		Deferred<String> openAndWait(String name) {
			return Deferred.from(insert(name)).compose((done) -> {
				Deferred<String> waiting = new Deferred<>((cancelled) -> this.events.add("cancelled"));
				this.events.add("waiting");
				return waiting;
			});
		}

		@Transactional
		Deferred<String> openByTheReactorAndFail(String first, String second) {
			return this.reactor.deferred(insert(first).publishOn(Schedulers.boundedElastic()))
				.compose((done) -> this.reactor.deferred(insert(second)))
				.addCallback((done) -> {
					throw new IllegalStateException("too late");
				});
		}

		@Transactional
		Mono<String> openByMonoAndFail(String name) {
			return Deferreds.mono(() -> fail(name));
		}

		Mono<Long> insert(String name) {
			return TransactionSynchronizationManager.forCurrentTransaction()
				.map(TransactionSynchronizationManager::isActualTransactionActive)
				.onErrorReturn(NoTransactionException.class, false)
				.doOnNext(this.transactional::add)
				.then(execute("INSERT INTO account VALUES ('" + name + "')"));
		}

		private Mono<Long> execute(String sql) {
			return this.database.sql(sql).fetch().rowsUpdated();
		}

	}

}
