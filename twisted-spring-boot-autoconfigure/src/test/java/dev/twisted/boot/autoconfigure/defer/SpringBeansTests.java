package dev.twisted.boot.autoconfigure.defer;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;

import dev.twisted.defer.Deferred;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.cache.CacheManager;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.cache.concurrent.ConcurrentMapCacheManager;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.event.EventListener;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;
import org.springframework.scheduling.annotation.SchedulingConfigurer;
import org.springframework.scheduling.config.ScheduledTaskRegistrar;
import org.springframework.scheduling.support.ScheduledTaskObservationContext;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Deferreds as results of methods that Spring calls: of listeners, of what is cached, of
 * what is scheduled.
 */
class SpringBeansTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TwistedDeferredAutoConfiguration.class,
				TwistedSchedulingAutoConfiguration.class, TwistedTransactionAutoConfiguration.class));

	@Test
	void theResultOfAListenerIsPublishedAsAnEvent() {
		this.runner.withUserConfiguration(Listeners.class).run((context) -> {
			Listeners listeners = context.getBean(Listeners.class);
			context.publishEvent(new Question("who?"));
			assertThat(listeners.answers).isEmpty();
			listeners.pending.get(0).callback(new Answer("ann"));
			assertThat(listeners.answers).containsExactly(new Answer("ann"));
		});
	}

	@Test
	void aResultIsCachedAndNotItsDeferred() {
		this.runner.withUserConfiguration(Caching.class, Cached.class).run((context) -> {
			Lookup lookup = context.getBean(Lookup.class);
			assertThat(get(lookup.find("ann"))).isEqualTo("ann 1");
			assertThat(get(lookup.find("ann"))).isEqualTo("ann 1");
			assertThat(get(lookup.find("bob"))).isEqualTo("bob 2");
			assertThat(context.getBean(CacheManager.class).getCache("names").get("ann").get()).isEqualTo("ann 1");
			get(lookup.forget("ann"));
			assertThat(get(lookup.find("ann"))).isEqualTo("ann 3");
		});
	}

	@Test
	void aResultThatIsOnItsWayIsWaitedForByThoseWhoSynchronize() {
		this.runner.withUserConfiguration(Caching.class, Cached.class).run((context) -> {
			Lookup lookup = context.getBean(Lookup.class);
			Deferred<String> first = lookup.findOnce("ann");
			Deferred<String> second = lookup.findOnce("ann");
			Awaitility.await().until(() -> lookup.pending().size() == 1);
			lookup.pending().get(0).callback("found");
			assertThat(get(first)).isEqualTo("found");
			assertThat(get(second)).isEqualTo("found");
			assertThat(lookup.pending()).hasSize(1);
		});
	}

	@Test
	void aFailureIsNotCached() {
		this.runner.withUserConfiguration(Caching.class, Cached.class).run((context) -> {
			Lookup lookup = context.getBean(Lookup.class);
			assertThat(failure(lookup.findBroken("ann"))).isInstanceOf(IOException.class).hasMessage("broken 1");
			assertThat(failure(lookup.findBroken("ann"))).isInstanceOf(IOException.class).hasMessage("broken 2");
		});
	}

	@Test
	void aScheduledMethodIsCalledAgainOnlyAfterItsDeferredHasFired() {
		this.runner.withUserConfiguration(Scheduling.class, Polling.class).run((context) -> {
			Polling polling = context.getBean(Polling.class);
			Awaitility.await().until(() -> polling.pending.size() == 1);
			Awaitility.await().during(100, TimeUnit.MILLISECONDS).until(() -> polling.pending.size() == 1);
			polling.pending.get(0).callback(null);
			Awaitility.await().until(() -> polling.pending.size() == 2);
			polling.pending.get(1).errback(new IOException("a failure ends only this round"));
			Awaitility.await().until(() -> polling.pending.size() == 3);
		});
	}

	@Test
	void whatIsScheduledEndsWithTheContextAndCancelsWhatItWaitsFor() {
		this.runner.withUserConfiguration(Scheduling.class, Polling.class).run((context) -> {
			Polling polling = context.getBean(Polling.class);
			Awaitility.await().until(() -> polling.pending.size() == 1);
			context.close();
			assertThat(polling.events).containsExactly("cancelled");
		});
	}

	@Test
	void whatIsScheduledEndsWithItsBean() {
		this.runner.withUserConfiguration(Scheduling.class, Polling.class).run((context) -> {
			Polling polling = context.getBean(Polling.class);
			Awaitility.await().until(() -> polling.pending.size() == 1);
			context.getBean(ScheduledAnnotationBeanPostProcessor.class)
				.postProcessBeforeDestruction(polling, "polling");
			assertThat(polling.events).containsExactly("cancelled");
		});
	}

	@Test
	void aScheduledMethodIsListedByItsName() {
		this.runner.withUserConfiguration(Scheduling.class, Polling.class).run((context) -> {
			assertThat(context.getBean(ScheduledAnnotationBeanPostProcessor.class).getScheduledTasks())
				.extracting((task) -> task.getTask().getRunnable().toString())
				.containsExactly(Polling.class.getName() + ".poll");
		});
	}

	@Test
	void runsOfAScheduledMethodAreObservedByItsNameUntilTheirDeferredFires() {
		this.runner.withUserConfiguration(Scheduling.class, Polling.class, Observing.class).run((context) -> {
			Polling polling = context.getBean(Polling.class);
			List<String> observed = context.getBean(Observing.class).observed;
			Awaitility.await().until(() -> polling.pending.size() == 1);
			assertThat(observed).isEmpty();
			polling.pending.get(0).callback(null);
			Awaitility.await().until(() -> polling.pending.size() == 2);
			polling.pending.get(1).errback(new IOException("no such page"));
			Awaitility.await().until(() -> polling.pending.size() == 3);
			String name = "poll of " + Polling.class.getCanonicalName();
			assertThat(observed).containsExactly(name + ": SUCCESS", name + ": ERROR");
		});
	}

	@Test
	@ExtendWith(OutputCaptureExtension.class)
	void aFailureOfAScheduledMethodIsLoggedWithItsName(CapturedOutput output) {
		this.runner.withUserConfiguration(Scheduling.class, Polling.class).run((context) -> {
			Polling polling = context.getBean(Polling.class);
			Awaitility.await().until(() -> polling.pending.size() == 1);
			polling.pending.get(0).errback(new IOException("no such page"));
			Awaitility.await().until(() -> polling.pending.size() == 2);
			assertThat(output).contains("scheduled task " + Polling.class.getName() + ".poll")
				.contains("@Scheduled 'poll()' in '" + Polling.class.getName() + "'")
				.contains("no such page");
		});
	}

	@Test
	void atAFixedRateARunBeginsThoughTheLastIsNotOver() {
		this.runner.withUserConfiguration(Scheduling.class, Hurrying.class).run((context) -> {
			Hurrying hurrying = context.getBean(Hurrying.class);
			Awaitility.await().until(() -> hurrying.pending.size() > 2);
			context.close();
			assertThat(hurrying.events).hasSameSizeAs(hurrying.pending);
		});
	}

	@Test
	void aMethodThatCannotBeScheduledIsNamed() {
		this.runner.withUserConfiguration(Scheduling.class, Never.class)
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining(Never.class.getName() + ".never()"));
	}

	@Test
	void otherScheduledMethodsAreCalledAsBefore() {
		this.runner.withUserConfiguration(Scheduling.class, Ticking.class).run((context) -> {
			Ticking ticking = context.getBean(Ticking.class);
			Awaitility.await().until(() -> ticking.ticks.size() > 2);
		});
	}

	private static <T> T get(Deferred<T> deferred) throws Exception {
		return deferred.toCompletableFuture().get(10, TimeUnit.SECONDS);
	}

	private static Throwable failure(Deferred<?> deferred) throws Exception {
		try {
			throw new AssertionError("A result where a failure was expected: " + get(deferred));
		}
		catch (ExecutionException ex) {
			return ex.getCause();
		}
	}

	record Question(String text) {
	}

	record Answer(String text) {
	}

	static class Listeners {

		private final List<Deferred<Answer>> pending = new CopyOnWriteArrayList<>();

		private final List<Answer> answers = new CopyOnWriteArrayList<>();

		@EventListener
		Deferred<Answer> asked(Question question) {
			Deferred<Answer> answer = new Deferred<>();
			this.pending.add(answer);
			return answer;
		}

		@EventListener
		void answered(Answer answer) {
			this.answers.add(answer);
		}

	}

	@EnableCaching
	static class Caching {

		@Bean
		CacheManager cacheManager() {
			return new ConcurrentMapCacheManager("names");
		}

	}

	interface Lookup {

		Deferred<String> find(String name);

		Deferred<String> findBroken(String name);

		Deferred<String> findOnce(String name);

		Deferred<Void> forget(String name);

		List<Deferred<String>> pending();

	}

	static class Cached implements Lookup {

		private final List<Deferred<String>> pending = new CopyOnWriteArrayList<>();

		private int calls;

		@Override
		@Cacheable("names")
		public Deferred<String> find(String name) {
			return Deferred.succeed(name + " " + ++this.calls);
		}

		@Override
		@Cacheable("names")
		public Deferred<String> findBroken(String name) {
			return Deferred.fail(new IOException("broken " + ++this.calls));
		}

		@Override
		@Cacheable(value = "names", sync = true)
		public Deferred<String> findOnce(String name) {
			Deferred<String> found = new Deferred<>();
			this.pending.add(found);
			return found;
		}

		@Override
		@CacheEvict("names")
		public Deferred<Void> forget(String name) {
			return Deferred.succeed(null);
		}

		@Override
		public List<Deferred<String>> pending() {
			return this.pending;
		}

	}

	@EnableScheduling
	static class Scheduling {

	}

	static class Polling {

		private final List<Deferred<Void>> pending = new CopyOnWriteArrayList<>();

		private final List<String> events = new CopyOnWriteArrayList<>();

		@Scheduled(fixedDelay = 1)
		Deferred<Void> poll() {
			Deferred<Void> round = new Deferred<>((cancelled) -> this.events.add("cancelled"));
			this.pending.add(round);
			return round;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Observing implements SchedulingConfigurer, ObservationHandler<ScheduledTaskObservationContext> {

		private final List<String> observed = new CopyOnWriteArrayList<>();

		@Override
		public void configureTasks(ScheduledTaskRegistrar registrar) {
			ObservationRegistry registry = ObservationRegistry.create();
			registry.observationConfig().observationHandler(this);
			registrar.setObservationRegistry(registry);
		}

		@Override
		public void onStop(ScheduledTaskObservationContext context) {
			this.observed.add("%s of %s: %s".formatted(value(context, "code.function"),
					value(context, "code.namespace"), value(context, "outcome")));
		}

		private static String value(ScheduledTaskObservationContext context, String key) {
			return context.getLowCardinalityKeyValue(key).getValue();
		}

		@Override
		public boolean supportsContext(Observation.Context context) {
			return context instanceof ScheduledTaskObservationContext;
		}

	}

	static class Hurrying {

		private final List<Deferred<Void>> pending = new CopyOnWriteArrayList<>();

		private final List<String> events = new CopyOnWriteArrayList<>();

		@Scheduled(fixedRate = 1)
		Deferred<Void> hurry() {
			Deferred<Void> round = new Deferred<>((cancelled) -> this.events.add("cancelled"));
			this.pending.add(round);
			return round;
		}

	}

	static class Never {

		@Scheduled
		Deferred<Void> never() {
			return Deferred.succeed(null);
		}

	}

	static class Ticking {

		private final List<String> ticks = new CopyOnWriteArrayList<>();

		@Scheduled(fixedDelay = 1)
		void tick() {
			this.ticks.add("tick");
		}

	}

}
