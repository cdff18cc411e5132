package dev.twisted.boot.autoconfigure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;

import dev.twisted.boot.PreparedConnection;
import dev.twisted.boot.ProtocolClient;
import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedClients;
import dev.twisted.boot.autoconfigure.health.TwistedHealthContributorAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.endpoints.ClientService;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import dev.twisted.internet.Reactor;
import dev.twisted.protocols.LineReceiver;
import dev.twisted.protocols.policies.ProtocolWrapper;
import dev.twisted.protocols.policies.WrappingFactory;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.context.LifecycleAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.MAP;

@ExtendWith(OutputCaptureExtension.class)
class TwistedClientsAutoConfigurationTests {

	private static final int TIMEOUT = 10_000;

	private final ApplicationContextRunner bare = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(LifecycleAutoConfiguration.class, SslAutoConfiguration.class,
				TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class,
				TwistedClientsAutoConfiguration.class, TwistedHealthContributorAutoConfiguration.class));

	private ServerSocket server;

	@BeforeEach
	void listen() throws IOException {
		this.server = new ServerSocket(0, 10, InetAddress.getByName("127.0.0.1"));
		this.server.setSoTimeout(TIMEOUT);
	}

	@AfterEach
	void stopListening() throws IOException {
		this.server.close();
	}

	private ApplicationContextRunner with(Class<?>... beans) {
		return this.bare.withUserConfiguration(beans)
			.withPropertyValues("twisted.clients.robot.host=127.0.0.1",
					"twisted.clients.robot.port=" + this.server.getLocalPort(),
					"twisted.clients.robot.reconnect.initial-delay=1ms", "twisted.clients.robot.reconnect.jitter=0");
	}

	private Socket accept() throws IOException {
		Socket socket = this.server.accept();
		socket.setSoTimeout(TIMEOUT);
		return socket;
	}

	private static String read(Socket socket, int length) throws IOException {
		return new String(socket.getInputStream().readNBytes(length), StandardCharsets.UTF_8);
	}

	private static <T> T result(ApplicationContext context, Deferred<T> deferred) throws Exception {
		return context.getBean(Reactor.class).blockingCallFromThread(() -> deferred);
	}

	private static FailureAnalyzedException analyzed(Throwable failure) {
		for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
			if (cause instanceof FailureAnalyzedException analyzed) {
				return analyzed;
			}
		}
		throw new AssertionError("No analysis", failure);
	}

	@Test
	void aClientIsConnectedAsLongAsTheApplicationRuns() throws IOException {
		CompletableFuture<Socket> accepted = new CompletableFuture<>();
		with(Robot.class).run((context) -> {
			Socket socket = accept();
			accepted.complete(socket);
			assertThat(read(socket, 5)).isEqualTo("hello");
			Robot robot = result(context,
					context.getBean(User.class).robot.whenConnected().addCallback(Robot.class::cast));
			assertThat(robot.user).isSameAs(context.getBean(User.class));
			socket.getOutputStream().write("question".getBytes(StandardCharsets.UTF_8));
			assertThat(read(socket, 8)).isEqualTo("question");
		});
		assertThat(accepted.join().getInputStream().read()).isEqualTo(-1);
		accepted.join().close();
	}

	@Test
	void aLostConnectionIsMadeAgainWithANewProtocolBean() {
		with(Robot.class).run((context) -> {
			ClientService service = context.getBean(TwistedClients.class).get("robot");
			Protocol first;
			try (Socket socket = accept()) {
				first = result(context, service.whenConnected());
			}
			try (Socket socket = accept()) {
				assertThat(read(socket, 5)).isEqualTo("hello");
				Awaitility.await().until(() -> service.state() == ClientService.State.CONNECTED);
				assertThat(result(context, service.whenConnected())).isNotSameAs(first);
			}
		});
	}

	@Test
	void theServiceIsABeanThatIsInjectedByTheNameOfTheClient() {
		with(Robot.class).run((context) -> {
			ClientService service = context.getBean("robotClientService", ClientService.class);
			assertThat(context.getBean(User.class).robot).isSameAs(service);
			assertThat(context.getBean(TwistedClients.class).names()).containsExactly("robot");
			assertThat(context.getBean(TwistedClients.class).get("robot")).isSameAs(service);
			assertThatIllegalArgumentException().isThrownBy(() -> context.getBean(TwistedClients.class).get("other"))
				.withMessageContaining("there are: robot");
		});
	}

	@Test
	void aFactoryBeanMakesTheProtocolsItself() {
		with(Factories.class).run((context) -> {
			try (Socket socket = accept()) {
				assertThat(read(socket, 7)).isEqualTo("factory");
			}
		});
	}

	@Test
	void aConnectionIsNotUsedBeforeItIsPrepared() {
		with(Careful.class).run((context) -> {
			try (Socket socket = accept()) {
				assertThat(read(socket, 5)).isEqualTo("login");
				ClientService service = context.getBean(TwistedClients.class).get("robot");
				assertThat(service.state()).isEqualTo(ClientService.State.CONNECTING);
				socket.getOutputStream().write('!');
				assertThat(result(context, service.whenConnected())).isInstanceOf(Careful.class);
			}
		});
	}

	@Test
	void aConnectionIsPreparedAlsoByAProtocolBehindAPolicy() {
		with(Guarded.class).run((context) -> {
			try (Socket socket = accept()) {
				assertThat(read(socket, 5)).isEqualTo("login");
				ClientService service = context.getBean(TwistedClients.class).get("robot");
				assertThat(service.state()).isEqualTo(ClientService.State.CONNECTING);
				socket.getOutputStream().write('!');
				assertThat(result(context, service.whenConnected())).isInstanceOf(ProtocolWrapper.class);
			}
		});
	}

	@Test
	void aConnectionThatIsNotPreparedInTimeIsClosedAndMadeAgain() {
		with(Careful.class).withPropertyValues("twisted.clients.robot.prepare-timeout=100ms").run((context) -> {
			ClientService service = context.getBean(TwistedClients.class).get("robot");
			try (Socket silent = accept()) {
				assertThat(read(silent, 5)).isEqualTo("login");
				assertThat(silent.getInputStream().read()).isEqualTo(-1);
			}
			try (Socket socket = accept()) {
				assertThat(service.lastFailure().value()).isInstanceOf(TimeoutException.class)
					.hasMessageContaining("twisted.clients.robot.prepare-timeout");
				socket.getOutputStream().write('!');
				assertThat(result(context, service.whenConnected())).isInstanceOf(Careful.class);
			}
		});
	}

	@Test
	void theLogHasTheNameOfTheClientThatIsConnected(CapturedOutput output) {
		with(Robot.class).run((context) -> {
			try (Socket socket = accept()) {
				assertThat(read(socket, 5)).isEqualTo("hello");
				result(context, context.getBean(TwistedClients.class).get("robot").whenConnected());
			}
			Awaitility.await()
				.untilAsserted(() -> assertThat(output).contains("Twisted client 'robot' connected to ")
					.contains("Twisted client 'robot' has no connection to "));
		});
	}

	@Test
	void whatTheProtocolSetsWhenItIsConnectedHasTheLastWordOnTheLengthOfFrames() {
		with(LongLines.class).withPropertyValues("twisted.clients.robot.max-frame-length=3B").run((context) -> {
			try (Socket socket = accept()) {
				socket.getOutputStream().write("abcd\r\n".getBytes(StandardCharsets.UTF_8));
				assertThat(read(socket, 6)).isEqualTo("abcd\r\n");
			}
		});
	}

	@Test
	void anAnswerThatIsLongerThanTheClientAcceptsClosesItsConnection() {
		with(Lines.class).withPropertyValues("twisted.clients.robot.max-frame-length=3B").run((context) -> {
			ClientService service = context.getBean(TwistedClients.class).get("robot");
			try (Socket socket = accept()) {
				Protocol first = result(context, service.whenConnected());
				socket.getOutputStream().write("abc\r\n".getBytes(StandardCharsets.UTF_8));
				assertThat(read(socket, 5)).isEqualTo("abc\r\n");
				assertThat(first.connected()).isTrue();
				socket.getOutputStream().write("abcd\r\n".getBytes(StandardCharsets.UTF_8));
				assertThat(socket.getInputStream().read()).isEqualTo(-1);
			}
		});
	}

	@Test
	void aLengthOfFramesIsAnErrorOfAClientWithoutFrames() {
		with(Silent.class).withPropertyValues("twisted.clients.robot.max-frame-length=3B")
			.run((context) -> assertThat(analyzed(context.getStartupFailure()).analysis()).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("'robot'").contains("receives no frames");
				assertThat(analysis.getAction()).contains("twisted.clients.robot.max-frame-length");
			}));
	}

	@Test
	void aClientSpeaksTlsWithTheTrustOfItsBundle() throws Exception {
		X509Bundle root = new CertificateBuilder().subject("CN=Root")
			.setIsCertificateAuthority(true)
			.ecp256()
			.buildSelfSigned();
		X509Bundle certificate = new CertificateBuilder().subject("CN=server")
			.ecp256()
			.addSanDnsName("robot.example")
			.buildIssuedBy(root);
		this.bare.withUserConfiguration(EchoAndRobot.class)
			.withPropertyValues(
					"spring.ssl.bundle.pem.server.keystore.certificate=" + certificate.getCertificatePathPEM(),
					"spring.ssl.bundle.pem.server.keystore.private-key=" + certificate.getPrivateKeyPEM(),
					"spring.ssl.bundle.pem.client.truststore.certificate=" + root.getCertificatePEM(),
					"twisted.servers.echo.port=" + freePort(), "twisted.servers.echo.address=127.0.0.1",
					"twisted.servers.echo.ssl.bundle=server", "twisted.clients.robot.host=127.0.0.1",
					"twisted.clients.robot.port=${twisted.servers.echo.port}",
					"twisted.clients.robot.ssl.bundle=client", "twisted.clients.robot.ssl.hostname=robot.example")
			.run((context) -> {
				Protocol robot = result(context, context.getBean(TwistedClients.class).get("robot").whenConnected(1));
				assertThat(Objects.requireNonNull(robot.transport().getPeerCertificate()).getSubjectX500Principal())
					.hasToString("CN=server");
			});
	}

	@Test
	void aClientThatIsNotEnabledIsNotThere() {
		this.bare.withUserConfiguration(Silent.class)
			.withPropertyValues("twisted.clients.robot.enabled=false")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThat(context.getBean(TwistedClients.class).names()).isEmpty();
				assertThat(context).doesNotHaveBean(ClientService.class);
			});
	}

	@Test
	void withoutClientsNothingIsConnectedAndNobodyKeptAlive() {
		this.bare.run((context) -> {
			assertThat(context.getBean(ClientLifecycle.class).isRunning()).isFalse();
			assertThat(context.getBeanFactory().containsSingleton("twistedReactor")).isFalse();
		});
	}

	@Test
	void clientsStopWhenWebServersHaveDrainedAndBeforeTheReactorEnds() {
		assertThat(new ClientLifecycle(new ClientServices(null, null, Map.of(), null, List.of())).getPhase())
			.isGreaterThan(TwistedLifecycle.PHASE)
			.isLessThan(TwistedGracefulShutdownLifecycle.PHASE);
	}

	@Test
	void healthShowsAClientWithoutConnectionAndStaysUp() throws IOException {
		int unused = freePort();
		with(Robot.class)
			.withPropertyValues("twisted.clients.robot.port=" + unused,
					"twisted.clients.robot.reconnect.initial-delay=30s")
			.run((context) -> {
				ClientService service = context.getBean(TwistedClients.class).get("robot");
				Awaitility.await().until(() -> service.state() == ClientService.State.WAITING);
				Health health = context.getBean(ReactiveHealthIndicator.class)
					.health(true)
					.block(Duration.ofSeconds(10));
				assertThat(health.getStatus()).isEqualTo(Status.UP);
				assertThat(health.getDetails()).extractingByKey("clients", MAP)
					.extractingByKey("robot", MAP)
					.containsEntry("state", "waiting")
					.containsEntry("failedAttempts", 1)
					.containsEntry("endpoint", "<HostnameEndpoint 127.0.0.1:%d>".formatted(unused))
					.hasEntrySatisfying("lastFailure", (failure) -> assertThat(failure.toString()).contains("refused"));
			});
	}

	@Test
	void aClientMayHaveAnEndpoint() {
		this.bare.withUserConfiguration(Robot.class)
			.withPropertyValues("twisted.clients.robot.endpoint=tcp:127.0.0.1:" + this.server.getLocalPort())
			.run((context) -> {
				try (Socket socket = accept()) {
					assertThat(read(socket, 5)).isEqualTo("hello");
				}
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"',
			textBlock = """
					twisted.clients.other.host=a | no such client is configured. Configured clients: other | twisted.clients.robot.host
					twisted.clients.robot.host=a | The client 'robot' has no port. | twisted.clients.robot.port
					twisted.clients.robot.port=1 | The client 'robot' has no host. | twisted.clients.robot.host
					twisted.clients.robot.port=1,twisted.clients.robot.endpoint=tcp:a:1 | has both an endpoint and a host or a port | twisted.clients.robot.endpoint
					twisted.clients.robot.endpoint=tcp:a:1,twisted.clients.robot.connect-timeout=5s | twisted.clients.robot.connect-timeout, which is for a host | timeout=5
					twisted.clients.robot.endpoint=tcp:a:1,twisted.clients.robot.recconect.factor=2 | There is no key twisted.clients.robot.recconect.factor | Did you mean twisted.clients.robot.reconnect.factor?
					twisted.clients.robot.endpoint=foo:1 | Unknown endpoint type: 'foo' | twisted.clients.robot.endpoint
					twisted.clients.robot.endpoint=tcp:a:1,twisted.clients.robot.ssl.bundle=b | there is no such bundle | twisted.clients.robot.ssl.bundle
					""")
	void aClientThatDoesNotFitSaysWhatToChange(String properties, String description, String action) {
		this.bare.withUserConfiguration(Silent.class)
			.withPropertyValues(properties.split(","))
			.run((context) -> assertThat(analyzed(context.getStartupFailure()).analysis()).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains(description);
				assertThat(analysis.getAction()).contains(action);
			}));
	}

	@ParameterizedTest
	@CsvSource({ "port,70000", "prepare-timeout,0s", "reconnect.initial-delay,0s", "reconnect.max-delay,1ms",
			"reconnect.factor,0.5", "reconnect.jitter,-1s", "ssl.handshake-timeout,1s" })
	void valuesThatMakeNoSenseAreNamed(String key, String value) {
		this.bare.withUserConfiguration(Silent.class)
			.withPropertyValues("twisted.clients.robot.endpoint=tcp:127.0.0.1:1",
					"twisted.clients.robot.%s=%s".formatted(key, value))
			.run((context) -> assertThat(context.getStartupFailure()).rootCause()
				.isInstanceOf(InvalidConfigurationPropertyValueException.class)
				.hasMessageContaining("twisted.clients.robot." + key.replace("handshake-timeout", "bundle")));
	}

	@Test
	void aConfiguredClientWithoutABeanIsAnError() {
		this.bare.withPropertyValues("twisted.clients.robot.endpoint=tcp:127.0.0.1:1")
			.run((context) -> assertThat(analyzed(context.getStartupFailure()).analysis().getAction())
				.contains("@ProtocolClient(\"robot\")"));
	}

	@Test
	void aBeanOfAnotherTypeIsAnError() {
		with(Datagrams.class)
			.run((context) -> assertThat(analyzed(context.getStartupFailure()).analysis().getDescription())
				.contains("neither a Protocol nor a Factory"));
	}

	@Test
	void twoBeansForOneClientAreAnError() {
		with(Silent.class, Factories.class)
			.run((context) -> assertThat(analyzed(context.getStartupFailure()).analysis().getDescription())
				.contains("has more than one bean"));
	}

	@Test
	void aServerMayHaveAnEndpoint() {
		this.bare.withUserConfiguration(Echo.class)
			.withPropertyValues("twisted.servers.echo.endpoint=tcp:0:interface=127.0.0.1")
			.run((context) -> {
				int port = TwistedServersAutoConfigurationTests.port(context.getEnvironment(), "echo");
				assertThat(TwistedServersAutoConfigurationTests.ask(port, "hello")).isEqualTo("hello");
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
			endpoint=foo:1                 | Unknown endpoint type: 'foo'
			endpoint=tcp:0:interface=1.2.3.4.5 | 1.2.3.4.5
			endpoint=tcp:0,port=7          | it has a port or a path
			endpoint=tcp:0,address=::1     | its endpoint says where to listen
			endpoint=tcp:0,ssl.bundle=a    | its endpoint says whether to speak TLS
			""")
	void aServerWhoseEndpointDoesNotFitSaysWhatToChange(String properties, String description) {
		String[] values = properties.split(",");
		for (int i = 0; i < values.length; i++) {
			values[i] = "twisted.servers.echo." + values[i];
		}
		this.bare.withUserConfiguration(Echo.class)
			.withPropertyValues(values)
			.run((context) -> assertThat(analyzed(context.getStartupFailure()).analysis()).satisfies((analysis) -> {
				assertThat(analysis.getDescription()).contains("'echo'").contains(description);
				assertThat(analysis.getAction()).contains("twisted.servers.echo.");
			}));
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
			return socket.getLocalPort();
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Users {

		@Bean
		User user(@Qualifier("robot") ClientService robot) {
			return new User(robot);
		}

	}

	static final class User {

		final ClientService robot;

		User(ClientService robot) {
			this.robot = robot;
		}

	}

	@ProtocolClient("robot")
	@Import(Users.class)
	static class Robot extends Protocol {

		final User user;

		Robot(User user) {
			this.user = user;
		}

		@Override
		protected void connectionMade() {
			transport().write("hello".getBytes(StandardCharsets.UTF_8));
		}

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

	@ProtocolClient("robot")
	static class Lines extends LineReceiver {

		@Override
		protected void lineReceived(byte[] line) {
			sendLine(line);
		}

	}

	@ProtocolClient("robot")
	static class LongLines extends Lines {

		@Override
		protected void connectionMade() {
			setMaxLength(4);
		}

	}

	@ProtocolClient("robot")
	static class Silent extends Protocol {

	}

	@ProtocolClient("robot")
	static class Careful extends Protocol implements PreparedConnection {

		private final Deferred<String> welcome = new Deferred<>();

		@Override
		public Deferred<String> prepareConnection() {
			transport().write("login".getBytes(StandardCharsets.UTF_8));
			return this.welcome;
		}

		@Override
		protected void dataReceived(byte[] data) {
			this.welcome.callback("welcome");
		}

	}

	@ProtocolClient("robot")
	static class Datagrams extends DatagramProtocol {

	}

	@Configuration(proxyBeanMethods = false)
	static class Factories {

		@Bean
		@ProtocolClient("robot")
		Factory factory() {
			return Factory.forProtocol(() -> new Protocol() {

				@Override
				protected void connectionMade() {
					transport().write("factory".getBytes(StandardCharsets.UTF_8));
				}

			});
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Guarded {

		@Bean
		@ProtocolClient("robot")
		Factory factory() {
			return new WrappingFactory(Factory.forProtocol(Careful::new));
		}

	}

	@Configuration(proxyBeanMethods = false)
	@Import({ Echo.class, Silent.class })
	static class EchoAndRobot {

	}

	@ProtocolHandler("echo")
	static class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

}
