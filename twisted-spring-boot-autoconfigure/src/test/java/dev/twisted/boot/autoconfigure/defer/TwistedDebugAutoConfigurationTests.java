package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.defer.AlreadyCalledException;
import dev.twisted.defer.Deferred;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class TwistedDebugAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TwistedDebugAutoConfiguration.class));

	private final ApplicationContextRunner debugging = this.runner.withPropertyValues("twisted.deferred.debug=true");

	@AfterEach
	void debugNoMore() {
		Deferred.setDebugging(false);
	}

	@Test
	void deferredsAreNotDebuggedUnlessThatIsAskedFor() {
		this.runner.run((context) -> assertThat(Deferred.getDebugging()).isFalse());
		this.runner.withPropertyValues("twisted.deferred.debug=false")
			.run((context) -> assertThat(Deferred.getDebugging()).isFalse());
	}

	@Test
	void deferredsOfBeansAreDebugged() {
		this.debugging.withUserConfiguration(MakesDeferred.class).run((context) -> {
			Deferred<?> deferred = context.getBean(Deferred.class);
			assertThatExceptionOfType(AlreadyCalledException.class)
				.isThrownBy(() -> deferred.errback(new IllegalStateException("twice")))
				.withMessageContaining("MakesDeferred.made");
		});
	}

	@Test
	void debuggingEndsWithTheLastContextThatWantsIt() {
		this.debugging.run((first) -> {
			this.debugging.run((second) -> assertThat(Deferred.getDebugging()).isTrue());
			assertThat(Deferred.getDebugging()).isTrue();
		});
		assertThat(Deferred.getDebugging()).isFalse();
	}

	@Test
	void whatTheProgramHasTurnedOnItselfStaysOn() {
		Deferred.setDebugging(true);
		this.debugging.run((context) -> assertThat(Deferred.getDebugging()).isTrue());
		this.runner.run((context) -> assertThat(Deferred.getDebugging()).isTrue());
		assertThat(Deferred.getDebugging()).isTrue();
	}

	@Test
	void aContextThatDoesNotStartLeavesNothingBehind() {
		this.debugging.withBean(Object.class, () -> {
			throw new IllegalStateException("as expected");
		}).run((context) -> assertThat(context).hasFailed());
		assertThat(Deferred.getDebugging()).isFalse();
	}

	@Test
	void withoutTheLibraryNothingIsDone() {
		this.debugging.withClassLoader(new FilteredClassLoader(Deferred.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean("twistedDeferredDebugging"));
	}

	@Configuration(proxyBeanMethods = false)
	static class MakesDeferred {

		@Bean
		Deferred<String> made() {
			return Deferred.succeed("made");
		}

	}

}
