package dev.twisted.boot.test;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedRuntime;
import dev.twisted.internet.Protocol;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

@SpringBootTest(classes = LocalTwistedPortTests.Settings.class,
		properties = { "twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1" })
class LocalTwistedPortTests {

	@LocalTwistedPort("echo")
	private int port;

	@Autowired
	private TwistedRuntime runtime;

	@Test
	void theFieldHoldsThePortThatTheServerReallyHas() {
		assertThat(this.port).isPositive().isEqualTo(this.runtime.servers().get(0).address().port());
	}

	@Test
	void aServerThatDoesNotListenIsAnErrorThatNamesIt() {
		assertThatIllegalStateException()
			.isThrownBy(() -> new TestContextManager(Mistaken.class).prepareTestInstance(new Mistaken()))
			.withMessageContaining("'other'")
			.withMessageContaining("twisted.servers.other.port");
	}

	@Nested
	class InANestedTest {

		@LocalTwistedPort("echo")
		private Integer port;

		@Test
		void theFieldIsFilledToo() {
			assertThat(this.port).isEqualTo(LocalTwistedPortTests.this.port);
		}

	}

	@SpringBootTest(classes = LocalTwistedPortTests.Settings.class,
			properties = { "twisted.servers.echo.port=0", "twisted.servers.echo.address=127.0.0.1" })
	static class Mistaken {

		@LocalTwistedPort("other")
		private int port;

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(Echo.class)
	static class Settings {

	}

	@ProtocolHandler("echo")
	static class Echo extends Protocol {

		@Override
		protected void dataReceived(byte[] data) {
			transport().write(data);
		}

	}

}
