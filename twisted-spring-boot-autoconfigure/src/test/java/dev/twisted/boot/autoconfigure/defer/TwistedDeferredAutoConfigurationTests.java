package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.defer.Deferred;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.ReactiveAdapter;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.annotation.AnnotationTransactionAttributeSource;
import org.springframework.transaction.annotation.EnableTransactionManagement;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.transaction.support.SimpleTransactionStatus;
import reactor.core.publisher.Flux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.BDDMockito.given;
import static org.mockito.BDDMockito.then;
import static org.mockito.Mockito.mock;

@ExtendWith(OutputCaptureExtension.class)
class TwistedDeferredAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TwistedDeferredAutoConfiguration.class,
				TwistedSchedulingAutoConfiguration.class, TwistedTransactionAutoConfiguration.class));

	@Test
	void theSharedRegistryKnowsDeferreds() {
		this.runner.run((context) -> {
			ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(Deferred.class);
			assertThat(adapter).isNotNull();
			assertThat(adapter.isMultiValue()).isFalse();
			assertThat(adapter.supportsEmpty()).isTrue();
			assertThat(adapter.getDescriptor().isDeferred()).isFalse();
		});
	}

	@Test
	void aRegistryOfTheContextKnowsDeferreds() {
		this.runner.withUserConfiguration(OwnRegistry.class)
			.run((context) -> assertThat(
					context.getBean(ReactiveAdapterRegistry.class).getAdapter(null, Deferred.succeed("hello")))
				.isNotNull());
	}

	@Test
	void aPublisherOfSeveralItemsIsNoDeferred() {
		this.runner.run((context) -> {
			ReactiveAdapter adapter = ReactiveAdapterRegistry.getSharedInstance().getAdapter(Deferred.class);
			Deferred<?> deferred = (Deferred<?>) adapter.fromPublisher(Flux.just(1, 2));
			assertThat(deferred.toCompletableFuture()).isCompletedExceptionally();
		});
	}

	@Test
	void withoutTheLibraryNothingIsDoneAndNothingSaid(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader(Deferred.class)).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context).doesNotHaveBean(DeferredAdapterPostProcessor.class);
		});
		assertThat(output).doesNotContain("WARN").doesNotContain("not eligible");
	}

	@Test
	void withoutSpringTxTheContextStartsAndNothingIsSaid(CapturedOutput output) {
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.transaction")).run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context).hasSingleBean(DeferredAdapterPostProcessor.class);
			assertThat(context).doesNotHaveBean(DeferredTransactionPostProcessor.class);
		});
		assertThat(output).doesNotContain("WARN").doesNotContain("not eligible");
	}

	@Test
	void anInterceptorThatAnApplicationHasDerivedStays() {
		this.runner.withBean(DerivedInterceptor.class)
			.run((context) -> assertThat(context.getBean(TransactionInterceptor.class))
				.isExactlyInstanceOf(DerivedInterceptor.class));
	}

	@Test
	void aTransactionThatBelongsToTheThreadEndsWithTheCall() {
		PlatformTransactionManager manager = mock();
		given(manager.getTransaction(any())).willReturn(new SimpleTransactionStatus());
		this.runner.withBean(PlatformTransactionManager.class, () -> manager)
			.withUserConfiguration(Transactions.class)
			.run((context) -> {
				Saving saving = context.getBean(Saving.class);
				Deferred<String> deferred = saving.save();
				assertThat(deferred.called()).isFalse();
				then(manager).should().commit(any());
			});
	}

	@Test
	void withoutScheduledMethodsThereIsNoProcessorForThem() {
		this.runner.run((context) -> assertThat(context).doesNotHaveBean(DeferredScheduledPostProcessor.class));
	}

	static class OwnRegistry {

		@Bean
		ReactiveAdapterRegistry registry() {
			return new ReactiveAdapterRegistry();
		}

	}

	@EnableTransactionManagement
	@Import(Saving.class)
	static class Transactions {

	}

	static class Saving {

		@Transactional
		Deferred<String> save() {
			return new Deferred<>();
		}

	}

	static class DerivedInterceptor extends TransactionInterceptor {

		private static final long serialVersionUID = 1L;

		DerivedInterceptor() {
			setTransactionAttributeSource(new AnnotationTransactionAttributeSource());
			setTransactionManager(new TransactionManager() {
			});
		}

	}

}
