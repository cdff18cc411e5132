package dev.twisted.boot.autoconfigure.spread;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedClients;
import dev.twisted.boot.autoconfigure.TwistedClientsAutoConfiguration;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.boot.autoconfigure.TwistedServersAutoConfiguration;
import dev.twisted.boot.autoconfigure.spread.scanned.Stock;
import dev.twisted.boot.autoconfigure.spread.wrong.Blocking;
import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.endpoints.ClientService;
import dev.twisted.endpoints.TCP4ClientEndpoint;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.cred.CredentialsChecker;
import dev.twisted.spread.cred.Login;
import dev.twisted.spread.cred.Portal;
import dev.twisted.spread.cred.UsernamePassword;
import dev.twisted.spread.pb.Avatar;
import dev.twisted.spread.pb.BrokerOptions;
import dev.twisted.spread.pb.DeadReferenceException;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.PBConnectionLost;
import dev.twisted.spread.pb.Referenceable;
import dev.twisted.spread.pb.RemoteException;
import dev.twisted.spread.pb.RemoteReference;
import dev.twisted.spread.pb.Root;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.MethodBeforeAdvice;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.core.userdetails.ReactiveUserDetailsService;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetails;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

@ExtendWith(OutputCaptureExtension.class)
class TwistedSpreadAutoConfigurationTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class, SslAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class,
				TwistedClientsAutoConfiguration.class, TwistedSpreadAutoConfiguration.class,
				TwistedSpreadClientsAutoConfiguration.class, TwistedSpreadSecurityAutoConfiguration.class));

	private final ApplicationContextRunner server = this.runner.withPropertyValues("twisted.servers.stock.port=0",
			"twisted.servers.stock.address=127.0.0.1");

	@Test
	void aRootObjectIsTheHandlerOfAServer() {
		this.server.withUserConfiguration(StockRoot.class).run((context) -> {
			RemoteReference root = reference(connect(context));
			assertThat(TwistedSpreadAutoConfigurationTests.<Integer>result(root.callRemote("count", "apples")))
				.isEqualTo(6);
		});
	}

	@Test
	void whatIsPutAroundARootIsAroundEachCall() {
		this.server.withUserConfiguration(StockRoot.class, Advice.class).run((context) -> {
			RemoteReference root = reference(connect(context));
			assertThat(TwistedSpreadAutoConfigurationTests.<Integer>result(root.callRemote("count", "apples")))
				.isEqualTo(6);
			assertThatThrownBy(() -> result(root.callRemote("forget", "apples"))).isInstanceOfSatisfying(
					RemoteException.class, (error) -> assertThat(error.getMessage()).contains("nobody may forget"));
			assertThat(context.getBean(StockRoot.class).forgotten()).isEmpty();
			assertThatThrownBy(() -> result(root.callRemote("count"))).isInstanceOfSatisfying(RemoteException.class,
					(error) -> assertThat(error.getMessage()).startsWith("StockRoot.remote_count() missing"));
		});
	}

	@Test
	void anInterfaceThatIsNotPublicMayHaveMethodsOfItsOwn() {
		this.server.withUserConfiguration(StockRoot.class).run((context) -> {
			Counting counting = reference(connect(context)).as(Counting.class);
			assertThat(TwistedSpreadAutoConfigurationTests.<Integer>result(counting.countTwice("apples")))
				.isEqualTo(12);
		});
	}

	@Test
	void anInterfaceIsABeanThatCallsTheServer() {
		this.server.withUserConfiguration(StockRoot.class).run((served) -> {
			this.runner.withUserConfiguration(Scanning.class)
				.withPropertyValues("twisted.clients.stock.host=127.0.0.1",
						"twisted.clients.stock.port=" + port(served))
				.run((context) -> {
					Stock stock = context.getBean(Stock.class);
					assertThat(TwistedSpreadAutoConfigurationTests.<Long>result(stock.count("apples"))).isEqualTo(6L);
					assertThat(stock.order("apples", 2).block(Duration.ofSeconds(10))).isEqualTo("2 apples");
					assertThat(stock.orderOne("pear").get(10, TimeUnit.SECONDS)).isEqualTo("1 pear");
					stock.forget("plums");
					Awaitility.await()
						.untilAsserted(
								() -> assertThat(served.getBean(StockRoot.class).forgotten).containsExactly("plums"));
				});
		});
	}

	@Test
	void anInterfaceNeedsItsClientToBeConfigured() {
		this.runner.withUserConfiguration(Scanning.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContainingAll("interface " + Stock.class.getName(), "@PerspectiveBroker", "client 'stock'"));
	}

	@Test
	void anInterfaceThatWouldHaveToWaitForAnAnswerIsNamed() {
		withClient(Misled.class, 1).run((context) -> assertThat(context).getFailure()
			.hasStackTraceContaining(FailureAnalyzedException.class.getName())
			.hasStackTraceContaining("@PerspectiveBroker")
			.rootCause()
			.hasMessageContainingAll(Blocking.class.getName() + ".count", "returns int"));
	}

	@Test
	void whoIsAHandlerWithoutBeingARootLearnsWhatARootIs() {
		this.server.withUserConfiguration(NoRoot.class)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.hasMessageContainingAll(NoRoot.class.getName(), "a Root or Portal of Perspective Broker"));
	}

	@Test
	void aRootOfWhichNothingCanBeCalledIsNamedInTheLog(CapturedOutput output) {
		this.server.withUserConfiguration(StockRoot.class)
			.run((context) -> assertThat(output).doesNotContain("Peers can call nothing"));
		this.server.withUserConfiguration(NothingToCall.class)
			.run((context) -> assertThat(output)
				.contains("Peers can call nothing of " + NothingToCall.class.getName()));
	}

	@Test
	void aServerThatDoesNotSpeakIsNoConnection() throws IOException {
		try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
			withClient(Scanning.class, silent.getLocalPort())
				.withPropertyValues("twisted.clients.stock.prepare-timeout=200ms", "twisted.spread.call-timeout=600ms")
				.run((context) -> {
					ClientService service = context.getBean(TwistedClients.class).get("stock");
					Awaitility.await().until(() -> service.lastFailure() != null);
					assertThat(service.state()).isNotEqualTo(ClientService.State.CONNECTED);
					assertThat(service.lastFailure().value())
						.hasMessageContaining("twisted.clients.stock.prepare-timeout");
					assertThatThrownBy(() -> result(context.getBean(Stock.class).count("apples")))
						.isInstanceOf(TimeoutException.class)
						.hasMessageContainingAll("count was not called", "client 'stock'",
								String.valueOf(silent.getLocalPort()), "PT0.6S", "prepare-timeout");
				});
		}
	}

	@Test
	void aCallOfAClientThatIsNotEnabledFailsAtOnce() {
		withClient(Scanning.class, 1).withPropertyValues("twisted.clients.stock.enabled=false")
			.run((context) -> assertThatThrownBy(() -> result(context.getBean(Stock.class).count("apples")))
				.isInstanceOf(DeadReferenceException.class)
				.hasMessageContainingAll("count", "'stock' is not enabled"));
	}

	@Test
	void callsThatWaitForAConnectionFailWhenTheContextIsClosedAndThoseAfterThatAtOnce() {
		withClient(Scanning.class, 1).run((context) -> {
			Stock stock = context.getBean(Stock.class);
			Deferred<Long> waiting = stock.count("apples");
			context.close();
			assertThatThrownBy(() -> result(waiting)).isInstanceOf(CancelledException.class);
			assertThatThrownBy(() -> result(stock.count("apples"))).isInstanceOf(CancelledException.class);
		});
	}

	@Test
	void anInterfaceIsItselfAndAMonoCallsEachTime() {
		this.server.withUserConfiguration(StockRoot.class)
			.run((served) -> withClient(Scanning.class, port(served)).run((context) -> {
				Stock stock = context.getBean(Stock.class);
				Object same = stock;
				assertThat(stock).isEqualTo(same).hasSameHashCodeAs(same).hasToString("Stock[stock]");
				Mono<String> order = stock.order("apples", 2);
				assertThat(order.block(Duration.ofSeconds(10))).isEqualTo(order.block(Duration.ofSeconds(10)));
				assertThat(served.getBean(StockRoot.class).orders).hasValue(2);
			}));
	}

	@Test
	void aMessageHasALengthAndATime() {
		this.server.withUserConfiguration(StockRoot.class)
			.withPropertyValues("twisted.servers.stock.max-frame-length=1KB",
					"twisted.servers.stock.frame-timeout=300ms")
			.run((context) -> {
				RemoteReference root = reference(connect(context));
				assertThat(TwistedSpreadAutoConfigurationTests.<Integer>result(root.callRemote("count", "apples")))
					.isEqualTo(6);
				assertThatThrownBy(() -> result(root.callRemote("count", "x".repeat(2000))))
					.isInstanceOf(PBConnectionLost.class);
				try (Socket slow = new Socket(InetAddress.getLoopbackAddress(), port(context))) {
					slow.setSoTimeout(10_000);
					slow.getOutputStream().write(new byte[] { 2, (byte) 0x82, 'p', 'b', 2, (byte) 0x80, 0x13 });
					assertThat(slow.getInputStream().readAllBytes()).isNotEmpty();
				}
			});
	}

	@Test
	void anInterfaceStandsForWhoLogsInOnEachConnection() {
		this.server.withUserConfiguration(Users.class, PortalConfiguration.class)
			.run((served) -> withClient(Scanning.class, port(served))
				.withPropertyValues("twisted.clients.stock.reconnect.initial-delay=1ms")
				.withBean("login", UsernamePassword.class, () -> new UsernamePassword("plain", "secret"),
						(definition) -> ((AbstractBeanDefinition) definition)
							.addQualifier(new AutowireCandidateQualifier(Qualifier.class, "stock")))
				.run((context) -> {
					Stock stock = context.getBean(Stock.class);
					assertThat(stock.order("apples", 2).block(Duration.ofSeconds(10))).isEqualTo("2 apples for plain");
					context.getBean(PBClientFactory.class).disconnect();
					Awaitility.await()
						.ignoreExceptions()
						.untilAsserted(() -> assertThat(stock.order("pears", 1).block(Duration.ofSeconds(10)))
							.isEqualTo("1 pears for plain"));
				}));
	}

	@Test
	void whoIsNotLetInHasNoConnection() {
		this.server.withUserConfiguration(Users.class, PortalConfiguration.class)
			.run((served) -> withClient(Scanning.class, port(served))
				.withPropertyValues("twisted.spread.call-timeout=500ms")
				.withBean("stock", UsernamePassword.class, () -> new UsernamePassword("plain", "wrong"))
				.run((context) -> {
					ClientService service = context.getBean(TwistedClients.class).get("stock");
					Awaitility.await().until(() -> service.lastFailure() != null);
					assertThatThrownBy(() -> result(context.getBean(Stock.class).count("apples")))
						.isInstanceOf(TimeoutException.class)
						.hasMessageContainingAll("client 'stock'", "UnauthorizedLogin");
				}));
	}

	private ApplicationContextRunner withClient(Class<?> configuration, int port) {
		return this.runner.withUserConfiguration(configuration)
			.withPropertyValues("twisted.clients.stock.host=127.0.0.1", "twisted.clients.stock.port=" + port);
	}

	@Test
	void usersOfSpringSecurityLogIn() {
		assertLogsIn(Users.class, (name, login) -> {
			boolean right = List.of("plain/secret", "hashed/secret").contains(name);
			if (right) {
				assertThat(TwistedSpreadAutoConfigurationTests.<String>result(reference(login).callRemote("whoami")))
					.isEqualTo(name.substring(0, name.indexOf('/')));
			}
			else {
				assertThatThrownBy(() -> result(login)).isInstanceOfSatisfying(RemoteException.class,
						(error) -> assertThat(error.remoteType()).isEqualTo("twisted.cred.error.UnauthorizedLogin"));
			}
		});
	}

	@Test
	void usersOfReactiveSpringSecurityLogIn() {
		assertLogsIn(ReactiveUsers.class, (name, login) -> {
			if (name.equals("plain/secret")) {
				assertThat(TwistedSpreadAutoConfigurationTests.<String>result(reference(login).callRemote("whoami")))
					.isEqualTo("plain");
			}
			else {
				assertThatThrownBy(() -> result(login)).isInstanceOf(RemoteException.class);
			}
		});
	}

	private void assertLogsIn(Class<?> users, BiConsumer<String, Deferred<RemoteReference>> check) {
		this.server.withUserConfiguration(users, PortalConfiguration.class).run((context) -> {
			for (String login : List.of("plain/secret", "hashed/secret", "plain/wrong", "locked/secret",
					"nobody/secret", "strong/secret")) {
				PBClientFactory factory = factory(context);
				connect(context, factory);
				String[] parts = login.split("/");
				check.accept(login, factory.login(new UsernamePassword(parts[0], parts[1]), null));
				factory.disconnect();
			}
		});
	}

	@Test
	void everyKeyHasADefaultAndIsHeard() {
		this.runner.run((context) -> assertThat(context.getBean(BrokerOptions.class)).usingRecursiveComparison()
			.ignoringFields("security")
			.isEqualTo(BrokerOptions.defaults()));
		this.runner
			.withPropertyValues("twisted.spread.call-timeout=0", "twisted.spread.max-references=2",
					"twisted.spread.max-calls=3", "twisted.spread.max-depth=4", "twisted.spread.max-message-size=5B",
					"twisted.spread.unsafe-tracebacks=true")
			.run((context) -> {
				BrokerOptions options = context.getBean(BrokerOptions.class);
				assertThat(options).isEqualTo(new BrokerOptions(options.security(), true, null, 2, 3, 4, 5));
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "call-timeout=-1s", "max-references=0", "max-calls=0", "max-depth=0", "max-depth=2001",
			"max-message-size=0B", "max-message-size=3GB" })
	void aKeyThatMakesNoSenseIsNamed(String property) {
		this.runner.withPropertyValues("twisted.spread." + property)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidConfigurationPropertyValueException.class,
						(error) -> assertThat(error.getName())
							.isEqualTo("twisted.spread." + property.substring(0, property.indexOf('=')))));
	}

	@Test
	void withoutTheLibraryNothingIsThere() {
		this.runner.withClassLoader(new FilteredClassLoader("dev.twisted.spread"))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(SpreadHandlerAdapter.class));
		this.runner.withClassLoader(new FilteredClassLoader("org.springframework.security"))
			.run((context) -> assertThat(context).hasNotFailed()
				.hasSingleBean(SpreadHandlerAdapter.class)
				.doesNotHaveBean(UserDetailsChecker.class));
	}

	private static Deferred<RemoteReference> connect(ApplicationContext context) {
		return connect(context, factory(context));
	}

	private static PBClientFactory factory(ApplicationContext context) {
		return new PBClientFactory(context.getBean(Reactor.class));
	}

	private static Deferred<RemoteReference> connect(ApplicationContext context, PBClientFactory factory) {
		Reactor reactor = context.getBean(Reactor.class);
		Deferred<RemoteReference> root = factory.getRootObject();
		reactor.callFromThread(() -> new TCP4ClientEndpoint(reactor, "127.0.0.1", port(context)).connect(factory));
		return root;
	}

	private static int port(ApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.twisted.stock.port", Integer.class);
	}

	@SuppressWarnings("unchecked")
	private static <T> T result(Deferred<?> deferred) {
		try {
			return (T) deferred.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
		}
		catch (CompletionException ex) {
			throw sneaky(ex.getCause());
		}
	}

	private static RemoteReference reference(Deferred<RemoteReference> deferred) {
		return result(deferred);
	}

	@SuppressWarnings("unchecked")
	private static <X extends Throwable> RuntimeException sneaky(Throwable ex) throws X {
		throw (X) ex;
	}

	/** What is asked for. */
	interface Counting {

		Deferred<Integer> count(String article);

		default Deferred<Integer> countTwice(String article) {
			return count(article).addCallback((number) -> 2 * number);
		}

	}

	/** What is served. */
	@ProtocolHandler("stock")
	static class StockRoot implements Root {

		final ConcurrentLinkedQueue<String> forgotten = new ConcurrentLinkedQueue<>();

		final AtomicInteger orders = new AtomicInteger();

		int remote_count(String article) {
			return article.length();
		}

		Mono<String> remote_order(String article, int number) {
			this.orders.incrementAndGet();
			return Mono.just(number + " " + article);
		}

		ConcurrentLinkedQueue<String> forgotten() {
			return this.forgotten;
		}

		String remote_order_one(String article) {
			return "1 " + article;
		}

		void remote_forget(String article) {
			this.forgotten.add(article);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Advice {

		@Bean
		static BeanPostProcessor advice() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String name) {
					if (!(bean instanceof StockRoot)) {
						return bean;
					}
					ProxyFactory proxies = new ProxyFactory(bean);
					proxies.setProxyTargetClass(true);
					proxies.addAdvice((MethodBeforeAdvice) (method, arguments, target) -> {
						if (method.getName().equals("remote_forget")) {
							throw new IllegalStateException("nobody may forget");
						}
					});
					return proxies.getProxy();
				}

			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Stock.class)
	static class Scanning {

	}

	@Configuration(proxyBeanMethods = false)
	@AutoConfigurationPackage(basePackageClasses = Blocking.class)
	static class Misled {

	}

	/** Somebody has forgotten how methods are called. */
	@ProtocolHandler("stock")
	static class NothingToCall implements Root {

		int count(String article) {
			return article.length();
		}

	}

	/** May be sent, but nobody gets hold of it first. */
	@ProtocolHandler("stock")
	static class NoRoot implements Referenceable {

	}

	@Configuration(proxyBeanMethods = false)
	static class PortalConfiguration {

		@Bean
		@ProtocolHandler("stock")
		Portal<Visitor> portal(List<CredentialsChecker<?>> checkers, Reactor reactor) {
			return new Portal<>((name, mind) -> {
				assertThat(reactor.inReactorThread()).isTrue();
				return Deferred.succeed(new Login<>(new Visitor(name), () -> {
				}));
			}, checkers);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Users {

		@Bean
		UserDetailsService users() {
			return (name) -> {
				UserDetails user = user(name);
				if (user == null) {
					throw new UsernameNotFoundException(name);
				}
				return user;
			};
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class ReactiveUsers {

		@Bean
		ReactiveUserDetailsService users() {
			return (name) -> name.equals("hashed") ? Mono.empty()
					: Mono.justOrEmpty(user(name)).publishOn(Schedulers.boundedElastic());
		}

	}

	private static UserDetails user(String name) {
		User.UserBuilder user = User.withUsername(name).authorities("user");
		return switch (name) {
			case "plain" -> user.password("{noop}secret").build();
			// Of "secret".
			case "hashed" -> user.password("{MD5}5ebe2294ecd0e0f08eab7690d2a6ee69").build();
			case "locked" -> user.password("{noop}secret").accountLocked(true).build();
			case "strong" -> user.password("{bcrypt}$2a$10$abc").build();
			default -> null;
		};
	}

	/** Somebody who has logged in. */
	record Visitor(String name) implements Avatar {

		String perspective_whoami() {
			return this.name;
		}

		String perspective_order(String article, int number) {
			return "%d %s for %s".formatted(number, article, this.name);
		}

	}

}
