package dev.twisted.boot.autoconfigure;

import java.util.List;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.internet.Address;
import dev.twisted.internet.DatagramProtocol;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Protocol;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.config.ConfigurableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Scope;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.tuple;

class HandlerDiscovererTests {

	@Test
	void anAnnotatedClassIsAHandlerOfTheServersItNames() {
		List<Handler> handlers = discover(EchoProtocol.class);
		assertThat(handlers).singleElement().satisfies((handler) -> {
			assertThat(handler.kind()).isEqualTo(HandlerKind.PROTOCOL);
			assertThat(handler.servers()).containsExactly("echo", "other");
			assertThat(handler.type()).isEqualTo(EchoProtocol.class);
		});
	}

	@Test
	void anAnnotatedBeanMethodIsAHandler() {
		assertThat(discover(Methods.class)).extracting(Handler::beanName, Handler::kind)
			.containsExactlyInAnyOrder(tuple("factory", HandlerKind.FACTORY),
					tuple("datagrams", HandlerKind.DATAGRAM_PROTOCOL));
	}

	@Test
	void theNameOnABeanMethodWinsOverTheOneOnTheClassItReturns() {
		assertThat(discover(Renaming.class)).singleElement()
			.satisfies((handler) -> assertThat(handler.servers()).containsExactly("renamed"));
	}

	@Test
	void discoveryMakesNoBean() {
		assertThat(discover(Reluctant.class)).singleElement()
			.satisfies((handler) -> assertThat(handler.kind()).isEqualTo(HandlerKind.FACTORY));
	}

	@Test
	void aScannedClassIsFoundAndNamedAfterItself() {
		try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
			context.addBeanFactoryPostProcessor(new ProtocolScopePostProcessor(ProtocolHandler.class));
			context.scan("dev.twisted.boot.autoconfigure.scanned");
			context.refresh();
			assertThat(new HandlerDiscoverer(context.getBeanFactory()).discover()).extracting(Handler::beanName)
				.containsExactly("scannedEcho");
		}
	}

	@Test
	void aBeanOfAnotherTypeCannotBeAHandler() {
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> discover(WrongType.class))
			.withMessageContaining("'wrong'")
			.withMessageContaining("java.lang.String")
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("dev.twisted.internet"));
	}

	@Test
	void aHandlerHasToNameAServer() {
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> discover(Nameless.class))
			.withMessageContaining("without the name of a server");
	}

	@Test
	void aProtocolThatIsRegisteredAsASingletonCannotBeAHandler() {
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> {
			try (AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext()) {
				context.getBeanFactory().registerSingleton("shared", new EchoProtocol());
				context.refresh();
				new HandlerDiscoverer(context.getBeanFactory()).discover();
			}
		}).withMessageContaining("all connections would share it");
	}

	@Test
	void oneDatagramProtocolCannotServeTwoServers() {
		assertThatExceptionOfType(FailureAnalyzedException.class).isThrownBy(() -> discover(TwoPorts.class))
			.withMessageContaining("one, two")
			.satisfies((ex) -> assertThat(ex.analysis().getAction()).contains("prototype"));
	}

	@Test
	void aPrototypeDatagramProtocolMayServeTwoServers() {
		assertThat(discover(TwoPrototypes.class)).singleElement()
			.satisfies((handler) -> assertThat(handler.servers()).containsExactly("one", "two"));
	}

	@Test
	void aProtocolBecomesAPrototypeAndAFactoryDoesNot() {
		try (AnnotationConfigApplicationContext context = context(EchoProtocol.class, Methods.class)) {
			assertThat(context.getBeanNamesForType(EchoProtocol.class)).singleElement()
				.satisfies((name) -> assertThat(context.isPrototype(name)).isTrue());
			assertThat(context.isSingleton("factory")).isTrue();
			assertThat(context.isSingleton("datagrams")).isTrue();
		}
	}

	@Test
	void aProtocolFromABeanMethodBecomesAPrototype() {
		try (AnnotationConfigApplicationContext context = context(Renaming.class)) {
			assertThat(context.getBean("echo")).isNotSameAs(context.getBean("echo"));
		}
	}

	private static List<Handler> discover(Class<?>... classes) {
		try (AnnotationConfigApplicationContext context = context(classes)) {
			return new HandlerDiscoverer(context.getBeanFactory()).discover();
		}
	}

	private static AnnotationConfigApplicationContext context(Class<?>... classes) {
		AnnotationConfigApplicationContext context = new AnnotationConfigApplicationContext();
		context.addBeanFactoryPostProcessor(new ProtocolScopePostProcessor(ProtocolHandler.class));
		context.register(classes);
		context.refresh();
		return context;
	}

	@ProtocolHandler({ "echo", "other", "echo" })
	static class EchoProtocol extends Protocol {

	}

	@ProtocolHandler({ "one", "two" })
	static class TwoPorts extends DatagramProtocol {

	}

	@Scope(ConfigurableBeanFactory.SCOPE_PROTOTYPE)
	@ProtocolHandler({ "one", "two" })
	static class TwoPrototypes extends DatagramProtocol {

	}

	@ProtocolHandler({})
	static class Nameless extends Protocol {

	}

	static class Refusing extends Factory {

		@Override
		public @Nullable Protocol buildProtocol(Address address) {
			return null;
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Methods {

		@Bean
		@ProtocolHandler("tcp")
		Factory factory() {
			return new Refusing();
		}

		@Bean
		@ProtocolHandler("udp")
		DatagramProtocol datagrams() {
			return new TwoPorts();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Renaming {

		@Bean
		@ProtocolHandler("renamed")
		EchoProtocol echo() {
			return new EchoProtocol();
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class Reluctant {

		@Bean
		@Lazy
		@ProtocolHandler("lazy")
		Factory lazy() {
			throw new IllegalStateException("made");
		}

	}

	@Configuration(proxyBeanMethods = false)
	static class WrongType {

		@Bean
		@ProtocolHandler("echo")
		String wrong() {
			return "";
		}

	}

}
