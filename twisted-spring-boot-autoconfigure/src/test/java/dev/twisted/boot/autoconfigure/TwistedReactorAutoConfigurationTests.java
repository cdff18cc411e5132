package dev.twisted.boot.autoconfigure;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

import dev.twisted.boot.ReactorBuilderCustomizer;
import dev.twisted.boot.TwistedRuntime;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

import static org.assertj.core.api.Assertions.assertThat;

class TwistedReactorAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(
			AutoConfigurations.of(LifecycleAutoConfiguration.class, TwistedReactorAutoConfiguration.class));

	@Test
	void aReactorThatABeanAsksForRunsAsLongAsItsContext() {
		AtomicReference<Reactor> reactor = new AtomicReference<>();
		this.runner.withUserConfiguration(NeedsReactor.class).run((context) -> {
			reactor.set(context.getBean(NeedsReactor.class).reactor);
			assertThat(reactor.get().running()).isTrue();
			assertThat(context.getBean(TwistedRuntime.class).reactor()).isSameAs(reactor.get());
		});
		assertThat(reactor.get().running()).isFalse();
	}

	@Test
	void aReactorThatIsAskedForLaterRunsFromThenOn() {
		AtomicReference<Reactor> reactor = new AtomicReference<>();
		this.runner.run((context) -> {
			assertThat(context.getBean(TwistedRuntime.class).reactor()).isNull();
			reactor.set(context.getBean(Reactor.class));
			assertThat(reactor.get().running()).isTrue();
			assertThat(reactor.get().<String>blockingCallFromThread(() -> "works")).isEqualTo("works");
		});
		assertThat(reactor.get().running()).isFalse();
	}

	@Test
	void twoContextsHaveAReactorEach() {
		this.runner.run((one) -> this.runner
			.run((two) -> assertThat(one.getBean(Reactor.class)).isNotSameAs(two.getBean(Reactor.class))));
	}

	@Test
	void aReactorOfTheApplicationsOwnIsTheOneThatRuns() {
		this.runner.withUserConfiguration(OwnReactor.class).run((context) -> {
			assertThat(context).hasSingleBean(Reactor.class);
			assertThat(context.getBean("own", Reactor.class).running()).isTrue();
		});
	}

	@Test
	void aReactorThatRanBeforeItsContextRunsAfterItIfItsBeanHasNoDestroyMethod() throws Exception {
		Reactor running = new ReactorBuilder().build();
		running.start();
		this.runner.withBean("own", Reactor.class, () -> running, (definition) -> definition.setDestroyMethodName(""))
			.run((context) -> assertThat(context.getBean(TwistedRuntime.class).reactor()).isSameAs(running));
		assertThat(running.<String>blockingCallFromThread(() -> "works")).isEqualTo("works");
		running.stop();
	}

	@Test
	void thePropertiesAreApplied() {
		this.runner.withPropertyValues("twisted.reactor.event-loop-model=nio", "twisted.reactor.event-loops=3")
			.run((context) -> {
				assertThat(context.getBean(Reactor.class).statistics().eventLoopModel()).isEqualToIgnoringCase("nio");
				assertThat(context.getBean(Reactor.class).statistics().eventLoops()).isEqualTo(3);
			});
	}

	@Test
	void customizersComeAfterThePropertiesInTheirOrder() {
		this.runner.withUserConfiguration(Customizers.class)
			.withPropertyValues("twisted.reactor.event-loops=3")
			.run((context) -> {
				assertThat(context.getBean(Reactor.class).statistics().eventLoops()).isEqualTo(2);
				assertThat(context.getBean(Customizers.class).called).containsExactly("first", "second");
			});
	}

	@Test
	void anEventLoopModelThatIsNotToBeHadHereIsNamedWithItsKey() {
		this.runner.withUserConfiguration(NeedsReactor.class)
			.withPropertyValues("twisted.reactor.event-loop-model=kqueue")
			.run((context) -> assertThat(find(context.getStartupFailure())).satisfies((failure) -> {
				assertThat(failure.getName()).isEqualTo("twisted.reactor.event-loop-model");
				assertThat(failure.getValue()).isEqualTo("kqueue");
			}));
	}

	@Test
	void callsThatBlockRunOnThreadsOfThePool() {
		this.runner.run((context) -> {
			Reactor reactor = context.getBean(Reactor.class);
			String thread = reactor
				.blockingCallFromThread(() -> reactor.deferToThread(() -> Thread.currentThread().getName()));
			assertThat(thread).startsWith("twisted-pool");
		});
	}

	@Test
	@EnabledForJreRange(min = JRE.JAVA_21)
	void callsThatBlockRunOnVirtualThreadsWhereSpringUsesThem() {
		this.runner.withPropertyValues("spring.threads.virtual.enabled=true").run((context) -> {
			Reactor reactor = context.getBean(Reactor.class);
			String thread = reactor
				.blockingCallFromThread(() -> reactor.deferToThread(() -> Thread.currentThread().toString()));
			assertThat(thread).startsWith("VirtualThread");
		});
	}

	@Test
	void theReactorsStopIsOverALittleBeforeThePhaseIs() {
		assertThat(TwistedReactorAutoConfiguration.shutdownTimeout(Duration.ofSeconds(30)))
			.isEqualTo(Duration.ofSeconds(29));
		assertThat(TwistedReactorAutoConfiguration.shutdownTimeout(Duration.ofSeconds(1)))
			.isEqualTo(Duration.ofMillis(900));
	}

	private static InvalidConfigurationPropertyValueException find(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof InvalidConfigurationPropertyValueException found) {
				return found;
			}
		}
		throw new AssertionError("No property is named", failure);
	}

	@Configuration(proxyBeanMethods = false)
	static class NeedsReactor {

		private final Reactor reactor;

		NeedsReactor(Reactor reactor) {
			this.reactor = reactor;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class OwnReactor {

		@Bean
		Reactor own() {
			return new ReactorBuilder().build();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Customizers {

		private final List<String> called = new ArrayList<>();

		@Bean
		@Order(2)
		ReactorBuilderCustomizer second() {
			return (builder) -> {
				this.called.add("second");
				builder.eventLoops(2);
			};
		}

		@Bean
		@Order(1)
		ReactorBuilderCustomizer first() {
			return (builder) -> {
				this.called.add("first");
				builder.eventLoops(1);
			};
		}

	}

}
