package dev.twisted.boot.autoconfigure;

import java.io.IOException;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.junit.jupiter.api.Test;
import org.springframework.aot.test.generate.TestGenerationContext;
import org.springframework.boot.test.util.TestPropertyValues;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.aot.ApplicationContextAotGenerator;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.test.tools.CompileWithForkedClassLoader;
import org.springframework.core.test.tools.TestCompiler;
import org.springframework.javapoet.ClassName;

import static org.assertj.core.api.Assertions.assertThat;

class AheadOfTimeTests {

	@Test
	@CompileWithForkedClassLoader
	void handlersAreFoundInAContextThatWasProcessedAheadOfTime() {
		AnnotationConfigApplicationContext source = new AnnotationConfigApplicationContext();
		configure(source.getEnvironment());
		source.register(TwistedReactorAutoConfiguration.class, TwistedServersAutoConfiguration.class, Echo.class,
				Methods.class);
		TestGenerationContext generation = new TestGenerationContext();
		ClassName name = new ApplicationContextAotGenerator().processAheadOfTime(source, generation);
		generation.writeGeneratedContent();
		TestCompiler.forSystem().with(generation).compile((compiled) -> {
			try (GenericApplicationContext context = new GenericApplicationContext()) {
				configure(context.getEnvironment());
				initializer(compiled.getInstance(ApplicationContextInitializer.class, name.toString()))
					.initialize(context);
				context.refresh();
				for (String server : new String[] { "echo", "bean", "method" }) {
					assertThat(TwistedServersAutoConfigurationTests.ask(
							TwistedServersAutoConfigurationTests.port(context.getEnvironment(), server), server))
						.isEqualTo(server);
				}
			}
			catch (IOException ex) {
				throw new AssertionError(ex);
			}
		});
	}

	@SuppressWarnings("unchecked")
	private static ApplicationContextInitializer<GenericApplicationContext> initializer(
			ApplicationContextInitializer<?> initializer) {
		return (ApplicationContextInitializer<GenericApplicationContext>) initializer;
	}

	private static void configure(ConfigurableEnvironment environment) {
		TestPropertyValues values = TestPropertyValues.empty();
		for (String server : new String[] { "echo", "bean", "method" }) {
			values = values.and("twisted.servers." + server + ".port=0",
					"twisted.servers." + server + ".address=127.0.0.1");
		}
		values.applyTo(environment);
	}

	@ProtocolHandler("echo")
	static class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Methods {

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
