package dev.twisted.protocols;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import dev.twisted.internet.ConnectionDone;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static dev.twisted.protocols.FakeTransport.receive;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class LineReceiverTests {

	private final Lines lines = new Lines();

	private final FakeTransport transport = FakeTransport.connect(this.lines);

	@Test
	void linesComeWithoutTheirDelimiter() {
		receive(this.lines, "one\r\n\r\ntwo\r\nthr");
		assertThat(this.lines.events).containsExactly("line one", "line ", "line two");
	}

	@Test
	void aLineOfTheMaximumLengthIsDelivered() {
		String longest = "x".repeat(16384);
		receive(this.lines, longest + "\r\n");
		assertThat(this.lines.events).containsExactly("line " + longest);
	}

	@Test
	void aLineOfOneByteMoreClosesTheConnectionWithThatReason() {
		receive(this.lines, "x".repeat(16385) + "\r\nnext\r\n");
		assertThat(this.lines.events).isEmpty();
		assertThat(this.transport.reason.value()).isInstanceOfSatisfying(LengthLimitExceededException.class,
				(reason) -> {
					assertThat(reason.limit()).isEqualTo(16384);
					assertThat(reason.length()).isGreaterThan(16384);
				});
	}

	@Test
	void aLineWithoutAnEndIsTooLongOnceTheLimitAndTheDelimitersLengthAreReached() {
		receive(this.lines, "x".repeat(16385));
		assertThat(this.transport.reason).isNull();
		receive(this.lines, "x");
		assertThat(this.transport.reason.value()).isInstanceOf(LengthLimitExceededException.class);
	}

	@Test
	void whatIsTooLongIsHandedOverWithAllThatIsBufferedBehindIt() {
		List<String> exceeded = new ArrayList<>();
		Lines patient = new Lines() {

			@Override
			protected void lineLengthExceeded(byte[] line) {
				exceeded.add(text(line));
			}

		};
		patient.setMaxLength(3);
		FakeTransport open = FakeTransport.connect(patient);
		receive(patient, "ok\r\ntoo long\r\nnext\r\nha");
		receive(patient, "lf\r\n");
		receive(patient, "abcde");
		receive(patient, "x\r\n");
		assertThat(exceeded).containsExactly("too long\r\nnext\r\nha", "abcde");
		assertThat(patient.events).containsExactly("line ok", "line lf", "line x");
		assertThat(open.reason).isNull();
	}

	@Test
	@Timeout(20)
	void aLineThatComesByteByByteIsNotSearchedFromItsBeginningEachTime() throws Exception {
		Lines patient = new Lines();
		patient.setMaxLength(1 << 20);
		FakeTransport.connect(patient);
		ByteBuf one = Unpooled.directBuffer(1).writeByte('x');
		for (int i = 0; i < 1 << 20; i++) {
			patient.deliverData(one.readerIndex(0));
		}
		one.release();
		assertThat(patient.insideFrame()).isTrue();
	}

	@Test
	void theRestOfAPieceGoesToRawModeInOnePiece() {
		this.lines.raw = "DATA";
		receive(this.lines, "DATA\r\nraw\r\nraw\r\n");
		receive(this.lines, "more");
		assertThat(this.lines.events).containsExactly("line DATA", "raw raw\r\nraw\r\n", "raw more");
	}

	@Test
	void theRestOfAPieceGoesToRawModeInOnePieceAlsoWhenTheLineBeganInAnother() {
		this.lines.raw = "DATA";
		receive(this.lines, "DA");
		receive(this.lines, "TA\r\n" + "raw\r\n".repeat(300));
		assertThat(this.lines.events).containsExactly("line DATA", "raw " + "raw\r\n".repeat(300));
	}

	@Test
	void extraDataOfRawModeIsReadAsLines() {
		this.lines.raw = "DATA";
		this.lines.rawEnd = ".";
		receive(this.lines, "DATA\r\nabc.one\r\ntwo\r\n");
		assertThat(this.lines.events).containsExactly("line DATA", "raw abc", "line one", "line two");
		assertThat(this.lines.lineMode()).isTrue();
	}

	@Test
	void extraDataOfRawModeForSomeBytesIsReadBeforeTheLinesBehindIt() {
		for (int cut = 0; cut < "LITERAL\r\nab.one\r\ntwo\r\n".length(); cut++) {
			Lines cutLines = new Lines();
			FakeTransport.connect(cutLines);
			cutLines.literal = "LITERAL";
			cutLines.literalLength = 6;
			cutLines.rawEnd = ".";
			receive(cutLines, "LITERAL\r\nab.one\r\ntwo\r\n".substring(0, cut));
			receive(cutLines, "LITERAL\r\nab.one\r\ntwo\r\n".substring(cut));
			assertThat(cutLines.events).as("cut at %d", cut)
				.startsWith("line LITERAL")
				.endsWith("line one", "line two");
			assertThat(cutLines.events).as("cut at %d", cut).doesNotContain("ended");
		}
	}

	@Test
	void noLineHasBegunWhenRawModeEndsWithoutExtraData() {
		this.lines.raw = "DATA";
		this.lines.rawEnd = ".";
		receive(this.lines, "DATA\r\nabc.");
		assertThat(this.lines.insideFrame()).isFalse();
		receive(this.lines, "one\r\n");
		assertThat(this.lines.events).containsExactly("line DATA", "raw abc", "line one");
	}

	@Test
	void extraDataOfRawModeIsReadBeforeWhatWasHeldMeanwhile() throws Exception {
		this.lines.raw = "DATA";
		receive(this.lines, "DATA\r\nabc");
		this.lines.pauseProducing();
		receive(this.lines, "two\r\n");
		this.lines.setLineMode("one\r\n".getBytes(ISO_8859_1));
		this.lines.resumeProducing();
		assertThat(this.lines.events).containsExactly("line DATA", "raw abc", "line one", "line two");
	}

	@Test
	void rawModeForSomeBytesGoesBackToLinesAfterExactlyThose() {
		this.lines.literal = "LITERAL";
		this.lines.literalLength = 5;
		receive(this.lines, "LITERAL\r\n\r\nabcline\r\n");
		assertThat(this.lines.events).containsExactly("line LITERAL", "raw \r\nabc", "ended", "line line");
	}

	@Test
	void rawModeForSomeBytesLastsOverPieces() {
		this.lines.literal = "LITERAL";
		this.lines.literalLength = 5;
		receive(this.lines, "LITERAL\r\na");
		receive(this.lines, "bcd");
		receive(this.lines, "e\r\nline\r\n");
		assertThat(this.lines.events).containsExactly("line LITERAL", "raw a", "raw bcd", "raw e", "ended", "line ",
				"line line");
	}

	@Test
	void rawModeForNoBytesEndsAtOnce() {
		this.lines.literal = "LITERAL";
		receive(this.lines, "LITERAL\r\nline\r\n");
		assertThat(this.lines.events).containsExactly("line LITERAL", "ended", "line line");
	}

	@Test
	void rawModeForLessThanNothingIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.lines.setRawMode(-1));
	}

	@Test
	void aClearedBufferIsGivenBackAndNotDelivered() {
		this.lines.clear = "CLEAR";
		receive(this.lines, "CL");
		receive(this.lines, "EAR\r\none\r\ntw");
		receive(this.lines, "o\r\n");
		assertThat(this.lines.events).containsExactly("line CLEAR", "cleared one\r\ntw", "line o");
	}

	@Test
	void pausingInALineStopsDeliveryAtOnce() {
		this.lines.pause = "PAUSE";
		receive(this.lines, "one\r\nPAUSE\r\ntwo\r\nthr");
		assertThat(this.lines.events).containsExactly("line one", "line PAUSE");
		assertThat(this.transport.paused).isTrue();
	}

	@Test
	void resumingDeliversWhatWasHeldBeforeAnythingMoreIsRead() {
		this.lines.pause = "PAUSE";
		receive(this.lines, "PAUSE\r\none\r\ntw");
		this.lines.resumeProducing();
		assertThat(this.lines.events).containsExactly("line PAUSE", "line one");
		assertThat(this.transport.paused).isFalse();
		receive(this.lines, "o\r\n");
		assertThat(this.lines.events).endsWith("line two");
	}

	@Test
	void pausingAgainWhileResumingHoldsTheRest() {
		this.lines.pause = "PAUSE";
		receive(this.lines, "PAUSE\r\none\r\nPAUSE\r\ntwo\r\n");
		this.lines.resumeProducing();
		assertThat(this.lines.events).containsExactly("line PAUSE", "line one", "line PAUSE");
		assertThat(this.transport.paused).isTrue();
	}

	@Test
	void pausingInRawModeHoldsWhatComes() {
		this.lines.raw = "DATA";
		receive(this.lines, "DATA\r\n");
		this.lines.pauseProducing();
		receive(this.lines, "held");
		assertThat(this.lines.events).containsExactly("line DATA");
		this.lines.resumeProducing();
		assertThat(this.lines.events).containsExactly("line DATA", "raw held");
	}

	@Test
	void stoppingClosesTheConnectionAndDeliversNoMore() {
		this.lines.stopProducing();
		receive(this.lines, "one\r\n");
		assertThat(this.lines.events).isEmpty();
		assertThat(this.transport.reason).isSameAs(ConnectionDone.FAILURE);
	}

	@Test
	void linesAfterTheOneThatClosesTheConnectionAreNotDelivered() {
		this.lines.quit = "QUIT";
		receive(this.lines, "QUIT\r\none\r\n");
		assertThat(this.lines.events).containsExactly("line QUIT");
	}

	@Test
	void dataThatIsDeliveredFromInsideAHandlerComesBehindWhatIsThere() {
		this.lines.again = "AGAIN";
		receive(this.lines, "AGAIN\r\none\r\n");
		assertThat(this.lines.events).containsExactly("line AGAIN", "line one", "line again");
	}

	@Test
	void anExceptionOfAHandlerLeavesDataReceived() {
		LineReceiver broken = new LineReceiver() {

			@Override
			protected void lineReceived(byte[] line) {
				throw new IllegalStateException("broken on purpose");
			}

		};
		FakeTransport open = FakeTransport.connect(broken);
		receive(broken, "one\r\n");
		assertThat(open.reason.value()).hasMessage("broken on purpose");
	}

	@Test
	void anotherDelimiterEndsLinesThatAreReceivedAndSent() {
		this.lines.setDelimiter((byte) 0);
		receive(this.lines, "one\0t\r\nwo\0");
		this.lines.sendLine("three");
		assertThat(this.lines.events).containsExactly("line one", "line t\r\nwo");
		assertThat(this.transport.written()).isEqualTo("three\0");
	}

	@Test
	void aDelimiterThatOverlapsItselfIsFoundWhereItBeginsFirst() {
		this.lines.setDelimiter("aa".getBytes(ISO_8859_1));
		receive(this.lines, "xaaay");
		receive(this.lines, "aa");
		assertThat(this.lines.events).containsExactly("line x", "line ay");
	}

	@Test
	void aDelimiterNeedsAByte() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.lines.setDelimiter());
	}

	@Test
	void aNegativeLimitIsRefused() {
		assertThatIllegalArgumentException().isThrownBy(() -> this.lines.setMaxLength(-1));
	}

	@Test
	void aLineIsSentWithItsDelimiter() {
		this.lines.sendLine("one".getBytes(ISO_8859_1));
		this.lines.sendLine("zwei \u00FC");
		this.lines.sendLine(Unpooled.copiedBuffer("three", ISO_8859_1));
		assertThat(this.transport.written()).isEqualTo("one\r\nzwei \u00C3\u00BC\r\nthree\r\n");
	}

	@Test
	void aLineIsSentAsOnePieceFromAnotherThread() throws Exception {
		receive(this.lines, "one\r\n");
		Thread other = new Thread(() -> {
			this.lines.sendLine("one");
			this.lines.sendLine(Unpooled.copiedBuffer("two", ISO_8859_1));
		});
		other.start();
		other.join();
		assertThat(this.transport.written()).isEqualTo("one\r\ntwo\r\n");
		assertThat(this.transport.writes).isEqualTo(2);
	}

	@Test
	void textComesThroughItsDoor() {
		List<String> received = new ArrayList<>();
		LineReceiver receiver = textReceiver(received);
		FakeTransport.connect(receiver);
		receive(receiver, "\u4F60\u597D, \uFFFD \uD83D\uDE00\r\n".getBytes(StandardCharsets.UTF_8));
		assertThat(received).containsExactly("\u4F60\u597D, \uFFFD \uD83D\uDE00");
	}

	@Test
	void bytesThatAreNoTextCloseTheConnectionAndNameTheirPlace() {
		List<String> received = new ArrayList<>();
		LineReceiver receiver = textReceiver(received);
		FakeTransport open = FakeTransport.connect(receiver);
		receive(receiver, "fine\r\nab\u00FFc\r\nnext\r\n");
		assertThat(received).containsExactly("fine");
		assertThat(open.reason.value()).isInstanceOf(FramingException.class)
			.hasMessage("Byte 0xFF at offset 2 is not UTF-8");
	}

	@Test
	void textInAsciiHasNoOtherBytes() {
		List<String> received = new ArrayList<>();
		LineReceiver receiver = textReceiver(received);
		receiver.setCharset(StandardCharsets.US_ASCII);
		FakeTransport open = FakeTransport.connect(receiver);
		receive(receiver, "fine\r\n\u00E4\r\n");
		assertThat(received).containsExactly("fine");
		assertThat(open.reason.value()).hasMessage("Byte 0xE4 at offset 0 is not US-ASCII");
	}

	@Test
	void textThatTheCharsetLacksIsNotSent() {
		this.lines.setCharset(ISO_8859_1);
		assertThatIllegalArgumentException().isThrownBy(() -> this.lines.sendLine("\u4F60"));
		this.lines.setCharset(StandardCharsets.UTF_8);
		assertThatIllegalArgumentException().isThrownBy(() -> this.lines.sendLine("\uD83D"));
		assertThat(this.transport.written()).isEmpty();
	}

	@Test
	void aBufferMayBeKeptByRetainingIt() {
		List<ByteBuf> kept = new ArrayList<>();
		LineReceiver receiver = new LineReceiver() {

			@Override
			protected void lineReceived(ByteBuf line) {
				kept.add(line.retain());
			}

		};
		FakeTransport.connect(receiver);
		ByteBuf data = Unpooled.copiedBuffer("one\r\ntwo\r\nthr", ISO_8859_1);
		assertThat(deliver(receiver, data)).isNull();
		assertThat(deliver(receiver, Unpooled.copiedBuffer("ee\r\nfo", ISO_8859_1))).isNull();
		assertThat(deliver(receiver, Unpooled.copiedBuffer("ur\r\nfive\r\n", ISO_8859_1))).isNull();
		assertThat(kept).extracting((line) -> line.toString(ISO_8859_1))
			.containsExactly("one", "two", "three", "four", "five");
		kept.forEach(ByteBuf::release);
	}

	@Test
	void aReceiverWithoutAHandlerSaysSo() {
		LineReceiver receiver = new LineReceiver() {
		};
		FakeTransport open = FakeTransport.connect(receiver);
		receive(receiver, "one\r\n");
		assertThat(open.reason.value()).isInstanceOf(UnsupportedOperationException.class)
			.hasMessageContaining("lineReceived");
	}

	@Test
	void aHandlerThatCallsTheOneItOverridesReachesTheNextDoor() {
		List<String> received = new ArrayList<>();
		LineReceiver receiver = new LineReceiver() {

			@Override
			protected void lineReceived(ByteBuf line) throws Exception {
				received.add("buffer");
				super.lineReceived(line);
			}

			@Override
			protected void lineReceived(String line) {
				received.add(line);
			}

		};
		FakeTransport.connect(receiver);
		receive(receiver, "one\r\n");
		assertThat(received).containsExactly("buffer", "one");
	}

	@Test
	void aBareFeedIsAnErrorOnlyIfLineEndsAreStrict() {
		receive(this.lines, "a\nb\r\n");
		assertThat(this.lines.events).containsExactly("line a\nb");
		for (String stream : List.of("a\nb\r\n", "\nb\r\n", "a\n", "\n", "a\r\n\n")) {
			assertThat(strictly(stream)).as(stream).hasMessage("A line feed came without a carriage return before it");
		}
	}

	@Test
	void aBareReturnIsAnErrorOnlyIfLineEndsAreStrict() {
		receive(this.lines, "a\rb\r\n");
		assertThat(this.lines.events).containsExactly("line a\rb");
		for (String stream : List.of("a\rb\r\n", "\rb\r\n", "a\r\r\n", "a\rb", "\r\r")) {
			assertThat(strictly(stream)).as(stream).hasMessage("A carriage return came without a line feed after it");
		}
	}

	@Test
	void strictLineEndsAreFoundWhereverTheStreamIsCut() {
		String stream = "one\r\ntwo\r\n";
		for (int cut = 0; cut <= stream.length(); cut++) {
			Lines strict = new Lines();
			strict.setStrictLineEnds(true);
			FakeTransport open = FakeTransport.connect(strict);
			receive(strict, stream.substring(0, cut));
			receive(strict, stream.substring(cut));
			assertThat(strict.events).as("cut at %d", cut).containsExactly("line one", "line two");
			assertThat(open.reason).isNull();
		}
	}

	@Test
	void whatIsNoStrictLineCannotBeSent() {
		this.lines.setStrictLineEnds(true);
		assertThatIllegalArgumentException().isThrownBy(() -> this.lines.sendLine("a\rb"));
		ByteBuf buffer = Unpooled.copiedBuffer("a\nb", ISO_8859_1);
		assertThatIllegalArgumentException().isThrownBy(() -> this.lines.sendLine(buffer));
		assertThat(buffer.refCnt()).isZero();
		assertThat(this.transport.written()).isEmpty();
	}

	@Test
	void strictLinesEndInCrLfAndNothingElse() {
		this.lines.setStrictLineEnds(true);
		assertThatIllegalArgumentException().isThrownBy(() -> this.lines.setDelimiter((byte) '\n'));
		Lines other = new Lines();
		other.setDelimiter((byte) '\n');
		assertThatIllegalStateException().isThrownBy(() -> other.setStrictLineEnds(true));
	}

	private Throwable strictly(String stream) {
		Throwable reason = null;
		for (int cut = 0; cut <= stream.length(); cut++) {
			Lines strict = new Lines();
			strict.setStrictLineEnds(true);
			FakeTransport open = FakeTransport.connect(strict);
			receive(strict, stream.substring(0, cut));
			receive(strict, stream.substring(cut));
			assertThat(open.reason).as("reason when cut at %d", cut).isNotNull();
			reason = open.reason.value();
			assertThat(reason).isInstanceOf(FramingException.class);
		}
		return reason;
	}

	private static Throwable deliver(LineReceiver receiver, ByteBuf data) {
		try {
			receiver.deliverData(data);
			return null;
		}
		catch (Exception ex) {
			return ex;
		}
		finally {
			data.release();
		}
	}

	private static LineReceiver textReceiver(List<String> received) {
		return new LineReceiver() {

			@Override
			protected void lineReceived(String line) {
				received.add(line);
			}

		};
	}

	private static String text(byte[] bytes) {
		return new String(bytes, ISO_8859_1);
	}

	/**
	 * Remembers what it receives, and does what a line says.
	 */
	private static class Lines extends LineReceiver {

		final List<String> events = new ArrayList<>();

		String raw;

		String rawEnd;

		String literal;

		int literalLength;

		String pause;

		String quit;

		String clear;

		String again;

		@Override
		protected void lineReceived(byte[] line) throws Exception {
			String text = text(line);
			this.events.add("line " + text);
			if (text.equals(this.raw)) {
				setRawMode();
			}
			else if (text.equals(this.literal)) {
				setRawMode(this.literalLength);
			}
			else if (text.equals(this.pause)) {
				pauseProducing();
			}
			else if (text.equals(this.quit)) {
				transport().loseConnection();
			}
			else if (text.equals(this.clear)) {
				this.events.add("cleared " + text(clearLineBuffer()));
			}
			else if (text.equals(this.again)) {
				dataReceived("again\r\n".getBytes(ISO_8859_1));
			}
		}

		@Override
		protected void rawDataReceived(byte[] data) throws Exception {
			String text = text(data);
			int end = (this.rawEnd != null) ? text.indexOf(this.rawEnd) : -1;
			if (end < 0) {
				this.events.add("raw " + text);
			}
			else {
				this.events.add("raw " + text.substring(0, end));
				setLineMode(text.substring(end + 1).getBytes(ISO_8859_1));
			}
		}

		@Override
		protected void rawDataEnded() {
			this.events.add("ended");
		}

	}

}
