package dev.twisted.protocols;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static dev.twisted.protocols.FakeTransport.receive;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

/**
 * What logs show of frames.
 */
class RedactionTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger(FramedProtocol.class);

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final Login login = new Login();

	@BeforeEach
	void listen() {
		FakeTransport.connect(this.login);
		this.appender.start();
		this.logger.addAppender(this.appender);
		this.logger.setAdditive(false);
		this.logger.setLevel(Level.TRACE);
	}

	@AfterEach
	void listenNoMore() {
		this.logger.setLevel(null);
		this.logger.setAdditive(true);
		this.logger.detachAppender(this.appender);
	}

	@Test
	void framesAreLoggedWhereThatIsAskedFor() {
		receive(this.login, "a\\b\u00E4\r\n");
		this.login.sendLine("hello");
		this.login.sendLine(Unpooled.copiedBuffer("hello\0", ISO_8859_1));
		assertThat(messages()).containsExactly("received a\\x5cb\\xe4", "sent hello", "sent hello\\x00");
	}

	@Test
	void nothingIsLoggedOtherwise() {
		this.logger.setLevel(Level.DEBUG);
		receive(this.login, "one\r\n");
		this.login.sendLine("hello");
		assertThat(messages()).isEmpty();
	}

	@Test
	void secretsAreHiddenByWhoKnowsThem() {
		receive(this.login, "PASS secret\r\n");
		this.login.sendLine("TOKEN secret");
		assertThat(messages()).containsExactly("received PASS ****", "sent TOKEN ****");
	}

	@Test
	void onlyTheBeginningOfALongFrameIsShown() {
		receive(this.login, "x".repeat(1000) + "\r\n");
		assertThat(messages()).containsExactly("received " + "x".repeat(256) + " ... (1000 bytes)");
	}

	private List<String> messages() {
		return this.appender.list.stream().map(ILoggingEvent::getFormattedMessage).map((message) -> {
			assertThat(message).contains(": ");
			return message.substring(message.indexOf(": ") + 2);
		}).toList();
	}

	private static final class Login extends LineReceiver {

		@Override
		protected void lineReceived(String line) {
		}

		@Override
		protected void lineReceived(byte[] line) {
		}

		@Override
		public String redactReceived(String text) {
			return text.startsWith("PASS ") ? "PASS ****" : text;
		}

		@Override
		public String redactSent(String text) {
			return text.startsWith("TOKEN ") ? "TOKEN ****" : text;
		}

	}

}
