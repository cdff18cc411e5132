package dev.twisted.boot.autoconfigure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

import javax.tools.ToolProvider;

import dev.twisted.boot.ProtocolClient;
import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedClients;
import dev.twisted.boot.autoconfigure.defer.TwistedSchedulingAutoConfiguration;
import dev.twisted.defer.Deferred;
import dev.twisted.endpoints.ClientService;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.aot.generate.ClassNameGenerator;
import org.springframework.aot.generate.DefaultGenerationContext;
import org.springframework.aot.generate.FileSystemGeneratedFiles;
import org.springframework.aot.generate.GeneratedFiles.Kind;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.javapoet.ClassName;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

class AheadOfTimeTests {

	private static final String[] SERVERS = { "echo", "bean", "method" };

	@Test
	void handlersAreFoundInAContextThatWasProcessedAheadOfTime(@TempDir Path folder) throws Exception {
		Path classes = Files.createDirectory(folder.resolve("classes"));
		String initializer = generate(folder);
		compile(folder, classes);
		// A process of its own, because generated classes use what only their package
		// may.
		Process process = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
				classes + System.getProperty("path.separator") + classPath(), AheadOfTimeProcess.class.getName(),
				initializer)
			.redirectErrorStream(true)
			.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		assertThat(process.exitValue()).as(output).isZero();
	}

	private static String generate(Path folder) {
		AnnotationConfigApplicationContext source = new AnnotationConfigApplicationContext();
		configure(source.getEnvironment());
		source.register(TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class,
				TwistedClientsAutoConfiguration.class, Echo.class, Robot.class, Methods.class,
				TwistedSchedulingAutoConfiguration.class, Polling.class);
		FileSystemGeneratedFiles files = new FileSystemGeneratedFiles(
				(kind) -> folder.resolve((kind == Kind.SOURCE) ? "sources" : "others"));
		DefaultGenerationContext generation = new DefaultGenerationContext(
				new ClassNameGenerator(ClassName.get(AheadOfTimeTests.class)), files);
		ClassName name = new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
		generation.writeGeneratedContent();
		return name.reflectionName();
	}

	private static void compile(Path folder, Path classes) throws IOException {
		List<String> arguments = new ArrayList<>(
				List.of("-proc:none", "-nowarn", "-cp", classPath(), "-d", classes.toString()));
		try (Stream<Path> sources = Files.walk(folder.resolve("sources"))) {
			sources.map(Path::toString).filter((path) -> path.endsWith(".java")).forEach(arguments::add);
		}
		assertThat(ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments.toArray(String[]::new)))
			.isZero();
	}

	private static String classPath() {
		return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
	}

	/** What the process does. */
	static void answer(String initializer) throws Exception {
		try (GenericApplicationContext context = new GenericApplicationContext()) {
			configure(context.getEnvironment());
			initializer(initializer).initialize(context);
			context.refresh();
			for (String server : SERVERS) {
				int port = TwistedServersAutoConfigurationTests.port(context.getEnvironment(), server);
				assertThat(TwistedServersAutoConfigurationTests.ask(port, server)).isEqualTo(server);
			}
			assertThat(context.getBean(User.class).robot).isSameAs(context.getBean(TwistedClients.class).get("robot"));
			assertThat(context.getBean(Polling.class).polled.await(10, TimeUnit.SECONDS)).isTrue();
		}
	}

	@SuppressWarnings("unchecked")
	private static ApplicationContextInitializer<GenericApplicationContext> initializer(String className)
			throws ReflectiveOperationException {
		return (ApplicationContextInitializer<GenericApplicationContext>) Class.forName(className)
			.asSubclass(ApplicationContextInitializer.class)
			.getDeclaredConstructor()
			.newInstance();
	}

	private static void configure(ConfigurableEnvironment environment) {
		TestPropertyValues values = TestPropertyValues.empty();
		for (String server : SERVERS) {
			values = values.and("twisted.servers." + server + ".port=0",
					"twisted.servers." + server + ".address=127.0.0.1");
		}
		values.and("twisted.clients.robot.endpoint=tcp:127.0.0.1:1").applyTo(environment);
	}

	@ProtocolHandler("echo")
	static class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

	@ProtocolClient("robot")
	static class Robot extends Protocol {

	}

	static final class User {

		final ClientService robot;

		User(ClientService robot) {
			this.robot = robot;
		}

	}

	@EnableScheduling
	@Configuration(proxyBeanMethods = false)
	static class Polling {

		private final CountDownLatch polled = new CountDownLatch(2);

		@Scheduled(fixedDelay = 1)
		Deferred<String> poll() {
			this.polled.countDown();
			return Deferred.succeed("polled");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Methods {

		@Bean
		User user(@Qualifier("robot") ClientService robot) {
			return new User(robot);
		}

		@Bean
		@ProtocolHandler("bean")
		Factory factory() {
			return Factory.forProtocol(Echo::new);
		}

		@Bean
		@ProtocolHandler("method")
		Echo protocol() {
			return new Echo();
		}

	}

}
