package dev.twisted.demo.client;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import dev.twisted.boot.autoconfigure.TwistedServersAutoConfiguration;
import dev.twisted.internet.Reactor;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SimpleCommandLinePropertySource;

/**
 * A client of one of the demo's servers: asks it each line of standard input and prints
 * the answers on standard output, and nothing else there. Opens no server and no web.
 */
public final class ClientApplication {

	private static final String OPTION = "demo.client";

	private static final List<Client> CLIENTS = List.of(new TcpClient("echo", "echo", EchoConversation::new),
			new UdpClient(), new TcpClient("line", "qa-line", LineConversation::new),
			new TcpClient("int32", "qa-int32", Int32Conversation::new),
			new TcpClient("private", "private", PrivateConversation::new), new PbClient());

	private final Client client;

	private ClientApplication(Client client) {
		this.client = client;
	}

	/**
	 * Whether the command line asks for a client.
	 * @param args the command line
	 * @return true if it has {@code --demo.client}
	 */
	public static boolean isAskedFor(String... args) {
		return new SimpleCommandLinePropertySource(args).containsProperty(OPTION);
	}

	/**
	 * Be a client until standard input ends.
	 * @param args the command line
	 * @return the exit status
	 */
	public static int run(String... args) {
		String name = new SimpleCommandLinePropertySource(args).getProperty(OPTION);
		Client client = CLIENTS.stream().filter((candidate) -> candidate.name().equals(name)).findFirst().orElse(null);
		if (client == null) {
			String names = CLIENTS.stream().map(Client::name).collect(Collectors.joining(", "));
			return failed("There is no client '%s'. The clients are: %s".formatted((name != null) ? name : "", names));
		}
		try (ConfigurableApplicationContext context = application().run(args)) {
			return new ClientApplication(client).talk(context.getBean(Reactor.class), context.getEnvironment());
		}
	}

	private static SpringApplication application() {
		SpringApplication application = new SpringApplication(Settings.class);
		application.setWebApplicationType(WebApplicationType.NONE);
		application.setDefaultProperties(Map.of("logging.config", "classpath:logback-client.xml",
				"spring.main.banner-mode", "off", "spring.main.log-startup-info", "false"));
		return application;
	}

	private int talk(Reactor reactor, Environment environment) {
		String host = environment.getProperty("demo.host", "127.0.0.1");
		String portKey = "twisted.servers.%s.port".formatted(this.client.server());
		String port = environment.getProperty("demo.port", environment.getProperty(portKey, ""));
		Integer number = portNumber(port);
		if (number == null) {
			return failed("'%s' is no port to talk to. Set --demo.port to a number from 1 to 65535".formatted(port));
		}
		OutputStream output = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out));
		InputLines input = new InputLines(reactor, System.in);
		try {
			reactor.blockingCallFromThread(() -> this.client.open(reactor, host, number)
				.compose((conversation) -> new Dialogue(conversation, input, output).run()));
			return 0;
		}
		catch (Exception ex) {
			return failed("%s %s:%d: %s".formatted(this.client.name(), host, number, ex.getMessage()));
		}
	}

	private static @Nullable Integer portNumber(String port) {
		try {
			int number = Integer.parseInt(port);
			return (number > 0 && number <= 65535) ? number : null;
		}
		catch (NumberFormatException ex) {
			return null;
		}
	}

	private static int failed(String message) {
		System.err.println(message);
		return 1;
	}

	/**
	 * What the client's context is made of: a reactor, and neither server nor database.
	 */
	@EnableAutoConfiguration(exclude = { R2dbcAutoConfiguration.class, TwistedServersAutoConfiguration.class })
	static class Settings {

	}

}
