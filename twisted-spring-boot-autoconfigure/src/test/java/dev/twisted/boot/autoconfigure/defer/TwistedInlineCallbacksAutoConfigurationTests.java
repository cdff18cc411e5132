package dev.twisted.boot.autoconfigure.defer;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import dev.twisted.boot.InlineCallbacks;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.task.Tasks;
import org.aopalliance.intercept.MethodInterceptor;
import org.junit.jupiter.api.Test;
import org.springframework.aop.Advisor;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.framework.autoproxy.DefaultAdvisorAutoProxyCreator;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.NameMatchMethodPointcut;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Scope;
import reactor.core.publisher.Mono;

import static dev.twisted.defer.Deferreds.await;
import static org.assertj.core.api.Assertions.assertThat;

class TwistedInlineCallbacksAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedInlineCallbacksAutoConfiguration.class));

	@Test
	void anAnnotatedMethodWaitsInTheMiddleOfItself() {
		this.runner.withUserConfiguration(Service.class)
			.run((context) -> assertThat(result(context, context.getBean(Service.class).twice("ab")))
				.isEqualTo("abab"));
	}

	@Test
	void itRunsOnTheReactorsThreadFromItsBeginningWhoeverCallsIt() {
		this.runner.withUserConfiguration(Service.class).run((context) -> {
			Service service = context.getBean(Service.class);
			assertThat(result(context, service.twice("ab"))).isEqualTo("abab");
			assertThat(service.seen()).containsExactly(true, true);
		});
	}

	@Test
	void calledOnTheReactorsThreadItBeginsAtOnce() {
		this.runner.withUserConfiguration(Service.class).run((context) -> {
			Service service = context.getBean(Service.class);
			int begun = context.getBean(Reactor.class).blockingCallFromThread(() -> {
				service.twice("ab").addErrback((failure) -> null);
				return service.seen().size();
			});
			assertThat(begun).isOne();
		});
	}

	@Test
	void withoutAReactorItBeginsWhereItIsCalled() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(TwistedInlineCallbacksAutoConfiguration.class))
			.withBean(Waiting.class)
			.run((context) -> {
				Deferred<String> gate = new Deferred<>();
				CompletableFuture<Object> result = new CompletableFuture<>();
				context.getBean(Waiting.class).waitFor(gate).addBoth((value, failure) -> result.complete(value));
				gate.callback("here");
				assertThat(result).isCompletedWithValue("here");
			});
	}

	@Test
	void whatTheMethodThrowsIsTheFailure() {
		this.runner.withUserConfiguration(Service.class)
			.run((context) -> assertThat(failure(context, context.getBean(Service.class).fails()))
				.isInstanceOf(IOException.class)
				.hasMessage("no such user"));
	}

	@Test
	void cancellingTheResultCancelsWhatTheMethodAwaits() {
		this.runner.withUserConfiguration(Service.class).withBean(Waiting.class).run((context) -> {
			CompletableFuture<String> stopped = new CompletableFuture<>();
			Deferred<String> gate = new Deferred<>((cancelled) -> stopped.complete("stopped"));
			Deferred<String> result = context.getBean(Waiting.class).waitFor(gate);
			// Behind the turn in which the method begins.
			context.getBean(Reactor.class).blockingCallFromThread(() -> "begun");
			result.cancel();
			assertThat(failure(context, result)).isInstanceOf(CancelledException.class);
			assertThat(stopped).isCompletedWithValue("stopped");
		});
	}

	@Test
	void cancellingTheResultBeforeTheMethodBeginsKeepsItFromBeginning() {
		this.runner.withUserConfiguration(Service.class).run((context) -> {
			Service service = context.getBean(Service.class);
			Reactor reactor = context.getBean(Reactor.class);
			CountDownLatch busy = new CountDownLatch(1);
			reactor.callFromThread(() -> assertThat(busy.await(10, TimeUnit.SECONDS)).isTrue());
			Deferred<String> result = service.twice("ab");
			result.cancel();
			busy.countDown();
			assertThat(failure(context, result)).isInstanceOf(CancelledException.class);
			assertThat(service.seen()).isEmpty();
		});
	}

	@Test
	void itIsInsideOfWhatElseIsAroundTheMethod() {
		this.runner.withUserConfiguration(Service.class, Around.class).run((context) -> {
			assertThat(result(context, context.getBean(Service.class).twice("ab"))).isEqualTo("abab");
			assertThat(context.getBean(Around.class).seen).containsExactly(Thread.currentThread());
		});
	}

	@Test
	void theLimitOfBodiesIsAProperty() {
		this.runner.withUserConfiguration(Service.class)
			.withBean(Waiting.class)
			.withPropertyValues("twisted.reactor.inline-callbacks-limit=1")
			.run((context) -> {
				Waiting waiting = context.getBean(Waiting.class);
				Deferred<String> gate = new Deferred<>();
				Deferred<String> first = waiting.waitFor(gate);
				assertThat(failure(context, waiting.waitFor(gate))).isInstanceOf(RejectedExecutionException.class);
				gate.callback("free");
				assertThat(result(context, first)).isEqualTo("free");
			});
	}

	@Test
	void aLimitOfNoneIsRefused() {
		this.runner.withUserConfiguration(Service.class)
			.withPropertyValues("twisted.reactor.inline-callbacks-limit=0")
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.hasMessageContaining("twisted.reactor.inline-callbacks-limit"));
	}

	@Test
	void aMethodThatReturnsNoDeferredKeepsTheApplicationFromStarting() {
		assertRefused(ReturnsString.class, "returns java.lang.String", "'wrong'");
	}

	@Test
	void aMethodThatReturnsAPublisherIsToldHowToMakeADeferredOfIt() {
		assertRefused(ReturnsMono.class, "returns reactor.core.publisher.Mono", "'wrong'");
		assertThat(action(ReturnsMono.class)).contains("Deferred.from(...)", "drop the annotation");
		assertThat(action(ReturnsString.class)).contains("Deferred.succeed(...)");
	}

	@Test
	void aFinalClassWithSuchAMethodKeepsTheApplicationFromStarting() {
		assertRefused(FinalClass.class, "'fixed'", "FinalClass, which is final");
		assertThat(action(FinalClass.class)).contains("Deferreds.inlineCallbacks(...)");
	}

	@Test
	void aFinalClassBehindAnInterfaceIsRunByAProxyOfThat() {
		this.runner.withBean("lookup", FinalLookup.class)
			.withPropertyValues("spring.aop.proxy-target-class=false")
			.run((context) -> assertThat(result(context, context.getBean(Lookup.class).find())).isEqualTo("found"));
	}

	@Test
	void aMethodThatNoProxyCanRunKeepsTheApplicationFromStarting() {
		assertRefused(FinalMethod.class, "private, static or final", "'fixed'");
	}

	@Test
	void aProtocolWithSuchAMethodKeepsTheApplicationFromStartingAlsoAsAPrototype() {
		assertRefused(ProtocolBean.class, "without the proxy", "'greet'");
	}

	@Test
	void aDatagramProtocolWithSuchAMethodKeepsTheApplicationFromStarting() {
		assertRefused(DatagramBean.class, "without the proxy", "'greet'");
	}

	@Test
	void withoutSpringAopThereIsNothing() {
		this.runner.withClassLoader(new FilteredClassLoader(ProxyFactory.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("twistedInlineCallbacksPostProcessor"));
	}

	@Test
	void beansWithoutSuchMethodsAreLeftAlone() {
		this.runner.withBean("plain", ArrayList.class)
			.run((context) -> assertThat(AopUtils.isAopProxy(context.getBean("plain"))).isFalse());
	}

	private void assertRefused(Class<?> configuration, String... reasons) {
		assertThat(analysis(configuration).getDescription()).contains(reasons).contains("@InlineCallbacks");
	}

	private String action(Class<?> configuration) {
		return analysis(configuration).getAction();
	}

	private FailureAnalysis analysis(Class<?> configuration) {
		AtomicReference<FailureAnalysis> analysis = new AtomicReference<>();
		this.runner.withUserConfiguration(configuration).run((context) -> {
			Throwable failure = context.getStartupFailure();
			while (failure != null && !(failure instanceof FailureAnalyzedException)) {
				failure = failure.getCause();
			}
			assertThat(failure).isNotNull();
			analysis.set(((FailureAnalyzedException) failure).analysis());
		});
		return analysis.get();
	}

	private static Object result(AssertableApplicationContext context, Deferred<?> deferred) throws Exception {
		return context.getBean(Reactor.class).blockingCallFromThread(() -> deferred);
	}

	private static Throwable failure(AssertableApplicationContext context, Deferred<?> deferred) throws Exception {
		return context.getBean(Reactor.class)
			.blockingCallFromThread(
					() -> deferred.addBoth((value, failure) -> (failure != null) ? failure.value() : null));
	}

	static class Service {

		private final Reactor reactor;

		private final List<Boolean> seen = new ArrayList<>();

		Service(Reactor reactor) {
			this.reactor = reactor;
		}

		List<Boolean> seen() {
			return this.seen;
		}

		@InlineCallbacks
		Deferred<String> twice(String text) throws Exception {
			this.seen.add(this.reactor.inReactorThread());
			String first = await(Tasks.deferLater(this.reactor, Duration.ofMillis(1), () -> text));
			this.seen.add(this.reactor.inReactorThread());
			return this.reactor.deferToThread(() -> first + text);
		}

		@InlineCallbacks
		Deferred<String> fails() throws Exception {
			await(Tasks.deferLater(this.reactor, Duration.ofMillis(1), () -> "then"));
			throw new IOException("no such user");
		}

	}

	static class Waiting {

		@InlineCallbacks
		Deferred<String> waitFor(Deferred<String> gate) throws Exception {
			return Deferred.succeed(await(gate));
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Around {

		final List<Thread> seen = new ArrayList<>();

		@Bean
		static DefaultAdvisorAutoProxyCreator autoProxyCreator() {
			DefaultAdvisorAutoProxyCreator creator = new DefaultAdvisorAutoProxyCreator();
			creator.setProxyTargetClass(true);
			return creator;
		}

		@Bean
		Advisor around() {
			NameMatchMethodPointcut pointcut = new NameMatchMethodPointcut();
			pointcut.addMethodName("twice");
			return new DefaultPointcutAdvisor(pointcut, (MethodInterceptor) (invocation) -> {
				this.seen.add(Thread.currentThread());
				return invocation.proceed();
			});
		}

	}

	static class ReturnsString {

		@InlineCallbacks
		String wrong() {
			return "no Deferred";
		}

	}

	static class ReturnsMono {

		@InlineCallbacks
		Mono<String> wrong() {
			return Mono.just("no Deferred");
		}

	}

	static final class FinalClass {

		@InlineCallbacks
		Deferred<String> fixed() {
			return Deferred.succeed("never run");
		}

	}

	interface Lookup {

		Deferred<String> find() throws Exception;

	}

	static final class FinalLookup implements Lookup {

		@Override
		@InlineCallbacks
		public Deferred<String> find() throws Exception {
			return Deferred.succeed(await(Deferred.succeed("found")));
		}

	}

	static class FinalMethod {

		@InlineCallbacks
		final Deferred<String> fixed() {
			return Deferred.succeed("never run");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ProtocolBean {

		@Bean
		@Scope("prototype")
		GreetingProtocol greeting() {
			return new GreetingProtocol();
		}

	}

	static class GreetingProtocol extends Protocol {

		@InlineCallbacks
		Deferred<String> greet() {
			return Deferred.succeed("hello");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class DatagramBean {

		@Bean
		GreetingDatagrams greeting() {
			return new GreetingDatagrams();
		}

	}

	static class GreetingDatagrams extends DatagramProtocol {

		@InlineCallbacks
		Deferred<String> greet() {
			return Deferred.succeed("hello");
		}

	}

}
