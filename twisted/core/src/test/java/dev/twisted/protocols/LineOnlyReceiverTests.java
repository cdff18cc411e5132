package dev.twisted.protocols;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;

import static dev.twisted.protocols.FakeTransport.receive;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

class LineOnlyReceiverTests {

	private final Lines lines = new Lines();

	private final FakeTransport transport = FakeTransport.connect(this.lines);

	@Test
	void aLineOfTheMaximumLengthIsDelivered() {
		String longest = "x".repeat(16384);
		receive(this.lines, longest + "\r\n");
		assertThat(this.lines.received).containsExactly(longest);
	}

	@Test
	void aLineWithoutAnEndIsTooLongOnceTheLimitIsPassed() {
		receive(this.lines, "x".repeat(16384));
		assertThat(this.lines.exceeded).isEmpty();
		receive(this.lines, "x");
		assertThat(this.lines.exceeded).containsExactly("x".repeat(16385));
	}

	@Test
	void aLineOfTheMaximumLengthIsDeliveredAlsoIfItsDelimiterComesInTwo() {
		String longest = "x".repeat(16384);
		receive(this.lines, longest + "\r");
		receive(this.lines, "\n");
		assertThat(this.lines.exceeded).isEmpty();
		assertThat(this.lines.received).containsExactly(longest);
	}

	@Test
	void onlyTheLineThatIsTooLongIsHandedOver() {
		this.lines.setMaxLength(3);
		receive(this.lines, "ok\r\ntoo long\r\nnew\r\n");
		assertThat(this.lines.exceeded).containsExactly("too long");
		assertThat(this.lines.received).containsExactly("ok", "new");
		assertThat(this.transport.reason).isNull();
	}

	@Test
	void linesAfterTheOneThatClosesTheConnectionAreNotDelivered() {
		receive(this.lines, "QUIT\r\none\r\n");
		assertThat(this.lines.received).containsExactly("QUIT");
	}

	@Test
	void aLineIsSentWithItsDelimiter() {
		this.lines.sendLine("one");
		assertThat(this.transport.written()).isEqualTo("one\r\n");
	}

	private static final class Lines extends LineOnlyReceiver {

		private final List<String> received = new ArrayList<>();

		private final List<String> exceeded = new ArrayList<>();

		@Override
		protected void lineReceived(byte[] line) {
			this.received.add(new String(line, ISO_8859_1));
			if (this.received.contains("QUIT")) {
				transport().loseConnection();
			}
		}

		@Override
		protected void lineLengthExceeded(byte[] line) {
			this.exceeded.add(new String(line, ISO_8859_1));
		}

	}

}
