package dev.twisted.boot.autoconfigure;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.TwistedServer;
import dev.twisted.boot.TwistedServerStartedEvent;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;
import static org.assertj.core.api.Assertions.assertThatIOException;

@ExtendWith(OutputCaptureExtension.class)
class TwistedServersAutoConfigurationTests {

	private static final int TIMEOUT = 10_000;

	private final ApplicationContextRunner runner = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class));

	private final ApplicationContextRunner echo = this.runner.withUserConfiguration(Echo.class)
		.withPropertyValues("twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1");

	@ParameterizedTest
	@ValueSource(strings = { "nio", "epoll" })
	void aProtocolBeanServesItsPort(String model) {
		this.echo.withPropertyValues("twisted.reactor.event-loop-model=" + model)
			.run((context) -> assertThat(ask(port(context.getEnvironment(), "echo"), "hello")).isEqualTo("hello"));
	}

	@Test
	void eachConnectionHasAProtocolBeanOfItsOwnWithItsDependencies() {
		this.runner.withUserConfiguration(Greeters.class)
			.withPropertyValues("twisted.servers.greeter.port=0", "twisted.servers.greeter.address=127.0.0.1")
			.run((context) -> {
				int port = port(context.getEnvironment(), "greeter");
				assertThat(ask(port, "a")).isEqualTo("injected a");
				assertThat(ask(port, "b")).isEqualTo("injected b");
				assertThat(context.getBean(Greetings.class).greeters).hasSize(2).doesNotHaveDuplicates();
				assertThat(context.getBean(Greetings.class).greeters)
					.allSatisfy((greeter) -> assertThat(greeter.factory()).isNotNull());
			});
	}

	@Test
	void aFactoryBeanServesAllTheServersItNames() {
		this.runner.withUserConfiguration(Factories.class)
			.withPropertyValues("twisted.servers.one.port=0", "twisted.servers.two.port=0",
					"twisted.servers.one.address=127.0.0.1", "twisted.servers.two.address=127.0.0.1")
			.run((context) -> {
				assertThat(ask(port(context.getEnvironment(), "one"), "1")).isEqualTo("1");
				assertThat(ask(port(context.getEnvironment(), "two"), "2")).isEqualTo("2");
				assertThat(context.getBean(Factory.class).numPorts()).isEqualTo(2);
			});
	}

	@Test
	void aDatagramProtocolBeanServesUdp() {
		this.runner.withUserConfiguration(UdpEcho.class)
			.withPropertyValues("twisted.servers.udp-echo.port=0", "twisted.servers.udp-echo.address=127.0.0.1")
			.run((context) -> assertThat(askUdp(port(context.getEnvironment(), "udp-echo"), "hello"))
				.isEqualTo("hello"));
	}

	@Test
	void aServerWithBothHandlersHasOnePortForTcpAndUdp() {
		this.runner.withUserConfiguration(Echo.class, UdpForEcho.class)
			.withPropertyValues("twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1")
			.run((context) -> {
				int port = port(context.getEnvironment(), "echo");
				assertThat(ask(port, "tcp")).isEqualTo("tcp");
				assertThat(askUdp(port, "udp")).isEqualTo("udp");
			});
	}

	@Test
	void aHandlerBehindAnAspectsProxyStillWorks() {
		this.runner.withUserConfiguration(Proxied.class)
			.withPropertyValues("twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1")
			.run((context) -> assertThat(ask(port(context.getEnvironment(), "echo"), "hello")).isEqualTo("hello"));
	}

	@Test
	void connectionsOverTheLimitAreRefused() {
		this.echo.withPropertyValues("twisted.servers.echo.max-connections=1").run((context) -> {
			int port = port(context.getEnvironment(), "echo");
			try (Socket first = connect(port)) {
				first.getOutputStream().write('x');
				assertThat(first.getInputStream().read()).isEqualTo('x');
				try (Socket second = connect(port)) {
					assertThat(endOf(second)).isTrue();
				}
				first.getOutputStream().write('y');
				assertThat(first.getInputStream().read()).isEqualTo('y');
			}
		});
	}

	@Test
	void connectionsOfOnePeerOverTheLimitAreRefused() {
		this.echo.withPropertyValues("twisted.servers.echo.max-connections-per-peer=1").run((context) -> {
			int port = port(context.getEnvironment(), "echo");
			try (Socket first = connect(port)) {
				first.getOutputStream().write('x');
				assertThat(first.getInputStream().read()).isEqualTo('x');
				try (Socket second = connect(port)) {
					assertThat(endOf(second)).isTrue();
				}
			}
		});
	}

	@Test
	void aServerWithAnIdleTimeoutClosesAConnectionThatSaysNothing() {
		this.echo.withPropertyValues("twisted.servers.echo.idle-timeout=100ms").run((context) -> {
			try (Socket silent = connect(port(context.getEnvironment(), "echo"))) {
				assertThat(endOf(silent)).isTrue();
			}
		});
	}

	@Test
	void trafficIsLoggedWhereThatIsAskedForToTheLoggerOfItsServer(CapturedOutput output) {
		LoggingSystem logging = LoggingSystem.get(getClass().getClassLoader());
		logging.setLogLevel("dev.twisted.traffic.echo", LogLevel.DEBUG);
		try {
			this.echo.withPropertyValues("twisted.servers.echo.traffic-log=true").run((context) -> {
				assertThat(ask(port(context.getEnvironment(), "echo"), "hello")).isEqualTo("hello");
				assertThat(output).contains("received 5 bytes", "sent 5 bytes", "68 65 6c 6c 6f");
			});
		}
		finally {
			logging.setLogLevel("dev.twisted.traffic.echo", null);
		}
	}

	@Test
	void eachServerIsAnnouncedInTheLogAndByAnEvent(CapturedOutput output) {
		this.echo.withUserConfiguration(Listener.class).run((context) -> {
			int port = port(context.getEnvironment(), "echo");
			assertThat(output).containsOnlyOnce("Twisted server 'echo' listening on 127.0.0.1:" + port + " (TCP)");
			assertThat(context.getBean(Listener.class).servers).singleElement().satisfies((server) -> {
				assertThat(server.name()).isEqualTo("echo");
				assertThat(server.address().port()).isEqualTo(port);
			});
			assertThat(context.getBean(TwistedRuntime.class).servers()).hasSize(1);
		});
	}

	@Test
	void thePortIsKnownToParentContextsToo() {
		try (AnnotationConfigApplicationContext parent = new AnnotationConfigApplicationContext()) {
			parent.refresh();
			this.echo.withParent(parent)
				.run((context) -> assertThat(port(parent.getEnvironment(), "echo"))
					.isEqualTo(port(context.getEnvironment(), "echo")));
		}
	}

	@Test
	void aDisabledServerIsNotOpened() {
		this.echo.withPropertyValues("twisted.servers.echo.enabled=false").run((context) -> {
			assertThat(context.getBean(TwistedRuntime.class).servers()).isEmpty();
			assertThat(context.getBean(TwistedRuntime.class).reactor()).isNull();
		});
	}

	@Test
	void theEventOfAServerSaysWhichOneAndWhere() {
		this.echo.withUserConfiguration(Listener.class)
			.run((context) -> assertThat(context.getBean(Listener.class).texts)
				.containsExactly("TwistedServerStartedEvent[server 'echo' on 127.0.0.1:"
						+ port(context.getEnvironment(), "echo") + "]"));
	}

	@Test
	void anErrorOfAProtocolIsLoggedWithTheNameOfItsServer(CapturedOutput output) {
		this.runner.withUserConfiguration(Failing.class)
			.withPropertyValues("twisted.servers.price.port=0", "twisted.servers.price.address=127.0.0.1")
			.run((context) -> {
				int port = port(context.getEnvironment(), "price");
				try (Socket socket = new Socket("127.0.0.1", port)) {
					socket.setSoTimeout(TIMEOUT);
					socket.getOutputStream().write('x');
					assertThat(socket.getInputStream().read()).isNegative();
				}
				assertThat(output).contains("Unhandled error in Failing of server 'price' on 127.0.0.1:" + port);
			});
	}

	@Test
	void anErrorOfADatagramProtocolIsLoggedWithTheNameOfItsServer(CapturedOutput output) {
		this.runner.withUserConfiguration(FailingDatagrams.class)
			.withPropertyValues("twisted.servers.quote.port=0", "twisted.servers.quote.address=127.0.0.1")
			.run((context) -> {
				int port = port(context.getEnvironment(), "quote");
				assertThat(askUdp(port, "x")).isEqualTo("x");
				Awaitility.await()
					.untilAsserted(() -> assertThat(output)
						.contains("Unhandled error in FailingDatagrams of server 'quote' on 127.0.0.1:" + port));
			});
	}

	@Test
	void withoutServersNothingHappens(CapturedOutput output) {
		this.runner.run((context) -> {
			assertThat(context).hasNotFailed();
			assertThat(context.getBean(TwistedRuntime.class).reactor()).isNull();
			assertThat(context.getBeanFactory().containsSingleton("twistedReactor")).isFalse();
		});
		assertThat(output).doesNotContain("wisted");
	}

	@Test
	void withoutTheLibraryNothingHappens() {
		this.runner.withClassLoader(new FilteredClassLoader(Reactor.class))
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean("twistedReactor")
				.doesNotHaveBean("twistedServerBinder"));
	}

	@Test
	void aHandlerWithoutAServerKeepsTheApplicationFromStarting() {
		this.runner.withUserConfiguration(Echo.class)
			.run((context) -> assertThat(failure(context.getStartupFailure()).analysis().getAction())
				.contains("twisted.servers.echo.port"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "nio", "epoll" })
	void aPortThatIsTakenKeepsTheApplicationFromStarting(String model) throws IOException {
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			this.echo
				.withPropertyValues("twisted.reactor.event-loop-model=" + model,
						"twisted.servers.echo.port=" + taken.getLocalPort())
				.run((context) -> {
					FailureAnalyzedException failure = failure(context.getStartupFailure());
					assertThat(failure).hasMessageContaining("'echo'")
						.hasMessageContaining("127.0.0.1:" + taken.getLocalPort())
						.hasMessageContaining("the port is in use");
					assertThat(failure.analysis().getAction()).contains("twisted.servers.echo.port");
				});
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "nio", "epoll" })
	void aUdpPortThatIsTakenKeepsTheApplicationFromStarting(String model) throws IOException {
		try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
			this.runner.withUserConfiguration(UdpEcho.class)
				.withPropertyValues("twisted.reactor.event-loop-model=" + model,
						"twisted.servers.udp-echo.address=127.0.0.1",
						"twisted.servers.udp-echo.port=" + taken.getLocalPort())
				.run((context) -> assertThat(failure(context.getStartupFailure()))
					.hasMessageContaining("(UDP): the port is in use"));
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "nio", "epoll" })
	void anAddressOfAnotherMachineKeepsTheApplicationFromStarting(String model) {
		this.echo
			.withPropertyValues("twisted.reactor.event-loop-model=" + model, "twisted.servers.echo.address=192.0.2.1")
			.run((context) -> {
				FailureAnalyzedException failure = failure(context.getStartupFailure());
				assertThat(failure).hasMessageContaining("does not belong to this machine");
				assertThat(failure.analysis().getAction()).contains("twisted.servers.echo.address");
			});
	}

	@Test
	void portsThatAreOpenAlreadyAreReleasedWhenALaterOneCannotBeOpened() throws IOException {
		int free = freePort();
		try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			this.runner.withUserConfiguration(Factories.class)
				.withPropertyValues("twisted.servers.one.port=" + free, "twisted.servers.one.address=127.0.0.1",
						"twisted.servers.two.port=" + taken.getLocalPort(), "twisted.servers.two.address=127.0.0.1")
				.run((context) -> {
					assertThat(failure(context.getStartupFailure())).hasMessageContaining("'two'");
					try (ServerSocket again = new ServerSocket()) {
						again.bind(new InetSocketAddress("127.0.0.1", free));
						assertThat(again.isBound()).isTrue();
					}
				});
		}
	}

	@Test
	void theAnalysisOfAFailureIsWhatTheUserSees(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Echo.class, TwistedReactorAutoConfiguration.class,
				TwistedServersAutoConfiguration.class);
		application.setDefaultProperties(Map.of("twisted.servers.echo.address", "127.0.0.1"));
		assertThatException().isThrownBy(() -> application.run().close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The server 'echo' has no port.")
			.contains("Set twisted.servers.echo.port");
	}

	@Test
	void aValueOutOfRangeIsNamedToTheUser(CapturedOutput output) {
		SpringApplication application = new SpringApplication(Echo.class, TwistedReactorAutoConfiguration.class,
				TwistedServersAutoConfiguration.class);
		application.setDefaultProperties(Map.of("twisted.servers.echo.port", "70000"));
		assertThatException().isThrownBy(() -> application.run().close());
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("twisted.servers.echo.port")
			.contains("A port is a number from 0 to 65535.");
	}

	@Test
	void theServerStopsWithItsContext() {
		int[] port = new int[1];
		this.echo.run((context) -> port[0] = port(context.getEnvironment(), "echo"));
		assertThatIOException().isThrownBy(() -> connect(port[0]).close());
	}

	static FailureAnalyzedException failure(Throwable startupFailure) {
		for (Throwable cause = startupFailure; cause != null; cause = cause.getCause()) {
			if (cause instanceof FailureAnalyzedException analyzed) {
				return analyzed;
			}
		}
		throw new AssertionError("No analysis of " + NestedExceptionUtils.getRootCause(startupFailure), startupFailure);
	}

	static int port(Environment environment, String server) {
		return environment.getRequiredProperty("local.twisted." + server + ".port", Integer.class);
	}

	static Socket connect(int port) throws IOException {
		Socket socket = new Socket();
		socket.setSoTimeout(TIMEOUT);
		socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT);
		return socket;
	}

	static String ask(int port, String question) throws IOException {
		try (Socket socket = connect(port)) {
			socket.getOutputStream().write(question.getBytes(StandardCharsets.UTF_8));
			socket.shutdownOutput();
			return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		}
	}

	private static boolean endOf(Socket socket) {
		try {
			return socket.getInputStream().read() == -1;
		}
		catch (IOException ex) {
			return ex.getMessage().contains("reset");
		}
	}

	private static String askUdp(int port, String question) throws IOException {
		try (DatagramSocket socket = new DatagramSocket()) {
			socket.setSoTimeout(TIMEOUT);
			byte[] bytes = question.getBytes(StandardCharsets.UTF_8);
			socket.send(new DatagramPacket(bytes, bytes.length, new InetSocketAddress("127.0.0.1", port)));
			DatagramPacket answer = new DatagramPacket(new byte[1000], 1000);
			socket.receive(answer);
			return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
		}
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
			return socket.getLocalPort();
		}
	}

	@ProtocolHandler("echo")
	static class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

	@ProtocolHandler("udp-echo")
	static class UdpEcho extends DatagramProtocol {

		@Override
		protected void datagramReceived(byte[] data, InetSocketAddress address) {
			transport().write(data, address);
		}

	}

	@ProtocolHandler("echo")
	static class UdpForEcho extends UdpEcho {

	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		@ProtocolHandler({ "one", "two" })
		Factory echoes() {
			return Factory.forProtocol(Echo::new);
		}

	}

	static class Greetings {

		private final List<Greeter> greeters = new CopyOnWriteArrayList<>();

	}

	static class Greeter extends Protocol {

		private final Greetings greetings;

		Greeter(Greetings greetings) {
			this.greetings = greetings;
		}

		@Override
		protected void connectionMade() {
			this.greetings.greeters.add(this);
			transport().write("injected ".getBytes(StandardCharsets.UTF_8));
		}

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Greeters {

		@Bean
		Greetings greetings() {
			return new Greetings();
		}

		@Bean
		@ProtocolHandler("greeter")
		Greeter greeter(Greetings greetings) {
			return new Greeter(greetings);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Proxied {

		@Bean
		static BeanPostProcessor proxies() {
			return new BeanPostProcessor() {

				@Override
				public Object postProcessAfterInitialization(Object bean, String beanName) {
					if (!(bean instanceof Echo)) {
						return bean;
					}
					ProxyFactory proxy = new ProxyFactory(bean);
					proxy.setProxyTargetClass(true);
					return proxy.getProxy();
				}

			};
		}

		@Bean
		@ProtocolHandler("echo")
		Echo echo() {
			return new Echo();
		}

	}

	@ProtocolHandler("price")
	static class Failing extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			throw new IllegalStateException("no price");
		}

	}

	@ProtocolHandler("quote")
	static class FailingDatagrams extends DatagramProtocol {

		@Override
		protected void datagramReceived(byte[] datagram, InetSocketAddress peer) {
			transport().write(datagram, peer);
			throw new IllegalStateException("no quote");
		}

	}

	static class Listener implements ApplicationListener<TwistedServerStartedEvent> {

		private final List<TwistedServer> servers = new CopyOnWriteArrayList<>();

		private final List<String> texts = new CopyOnWriteArrayList<>();

		@Override
		public void onApplicationEvent(TwistedServerStartedEvent event) {
			this.texts.add(event.toString());
			this.servers.add(event.getServer());
		}

	}

}
