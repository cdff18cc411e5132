package dev.twisted.protocols.policies;

import java.util.List;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.twisted.internet.Factory;
import dev.twisted.internet.Framed;
import dev.twisted.internet.Transport;
import dev.twisted.protocols.LineOnlyReceiver;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

class TrafficLoggingFactoryTests {

	private static final String NAME = "dev.twisted.traffic.test";

	private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);

	private final ListAppender<ILoggingEvent> log = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.logger.setLevel(Level.DEBUG);
		this.log.start();
		this.logger.addAppender(this.log);
	}

	@AfterEach
	void stopListening() {
		this.logger.detachAppender(this.log);
		this.logger.setLevel(null);
	}

	@Test
	void beginningEndAndBytesBothWaysAreLoggedInHexadecimalAndAsText() throws Exception {
		Line line = Line.connect(new TrafficLoggingFactory(Factory.forProtocol(Told::new), NAME));
		line.receive("hello\0");
		line.lose();
		List<String> lines = lines();
		assertThat(lines).hasSize(4);
		assertThat(lines.get(0)).isEqualTo("line from 192.0.2.1: connected");
		assertThat(lines.get(1)).contains("received 6 bytes", "68 65 6c 6c 6f 00", "hello.");
		assertThat(lines.get(2)).contains("sent 6 bytes", "68 65 6c 6c 6f 00");
		assertThat(lines.get(3)).startsWith("line from 192.0.2.1: lost: ").contains("ConnectionDone");
		assertThat(line.written()).isEqualTo("hello\0");
	}

	@Test
	void everyWayOfWritingIsLogged() throws Exception {
		Line line = Line.connect(new TrafficLoggingFactory(Factory.forProtocol(Told::new), NAME));
		Transport transport = (Transport) line.protocol();
		transport.write(Unpooled.wrappedBuffer(new byte[] { 'a' }));
		transport.writeSequence(List.of(new byte[] { 'b' }, new byte[] { 'c' }));
		assertThat(line.written()).isEqualTo("abc");
		assertThat(lines()).filteredOn((text) -> text.contains("sent 1 bytes")).hasSize(3);
	}

	@Test
	void noMoreIsShownThanTheLimitAllows() throws Exception {
		Line line = Line.connect(new TrafficLoggingFactory(Factory.forProtocol(Told::new), NAME, 16));
		line.receive("A".repeat(16) + "B".repeat(1000));
		assertThat(lines().get(1)).contains("received 1016 bytes, of which the first are").doesNotContain("42");
	}

	@Test
	void withoutTheLevelNothingIsLogged() throws Exception {
		this.logger.setLevel(Level.INFO);
		Line line = Line.connect(new TrafficLoggingFactory(Factory.forProtocol(Told::new), NAME));
		line.receive("hello");
		assertThat(this.log.list).isEmpty();
		assertThat(line.written()).isEqualTo("hello");
	}

	@Test
	void framesAreLoggedWholeAndWithoutTheirSecretsHoweverTheyCome() throws Exception {
		Line line = Line.connect(new TrafficLoggingFactory(Factory.forProtocol(Login::new), NAME));
		line.receive("USER me\r\nPASS sec");
		line.receive("ret\r\n");
		assertThat(lines()).anyMatch((text) -> text.endsWith("received USER me"))
			.anyMatch((text) -> text.endsWith("received PASS ***"))
			.anyMatch((text) -> text.endsWith("sent TOKEN ***"))
			.noneMatch((text) -> text.contains("sec") || text.contains("ret") || text.contains("12345"));
		assertThat(line.written()).contains("TOKEN 12345");
	}

	@Test
	void aFrameInAWrapperIsAFrameToo() throws Exception {
		Line line = Line.connect(new TrafficLoggingFactory(new WrappingFactory(Factory.forProtocol(Login::new)), NAME));
		line.receive("PASS secret\r\n");
		assertThat(line.protocol().adapt(Framed.class)).isInstanceOf(Login.class);
		assertThat(lines()).noneMatch((text) -> text.contains("secret"));
	}

	private List<String> lines() {
		return this.log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
	}

	private static final class Login extends LineOnlyReceiver {

		@Override
		protected void lineReceived(String line) {
			sendLine("TOKEN 12345");
		}

		@Override
		public String redactReceived(String text) {
			return text.startsWith("PASS") ? "PASS ***" : text;
		}

		@Override
		public String redactSent(String text) {
			return text.startsWith("TOKEN") ? "TOKEN ***" : text;
		}

	}

}
