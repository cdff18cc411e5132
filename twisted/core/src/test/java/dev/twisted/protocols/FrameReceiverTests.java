package dev.twisted.protocols;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.twisted.struct.FieldException;
import dev.twisted.struct.LengthPrefixed;
import dev.twisted.struct.MalformedRecordException;
import dev.twisted.struct.RecordFormat;
import dev.twisted.struct.Struct;
import dev.twisted.struct.Unsigned;
import dev.twisted.struct.Values;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static dev.twisted.protocols.FakeTransport.receive;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class FrameReceiverTests {

	private final List<String> events = new ArrayList<>();

	/** The header of the tutorial: version, length of the body, command. */
	private static byte[] frame(int length, String body) {
		byte[] header = Struct.pack("<iii", 1, length, 1001);
		return join(header, body.getBytes(ISO_8859_1));
	}

	private static byte[] frame(String body) {
		return frame(body.length(), body);
	}

	@Test
	void framesAreTheSameHoweverTheStreamIsCut() {
		byte[] stream = join(join(frame("hello"), frame("")), join(frame("x"), frame("")));
		for (int first = 0; first <= stream.length; first++) {
			for (int second = first; second <= stream.length; second++) {
				this.events.clear();
				Private receiver = new Private();
				FakeTransport transport = FakeTransport.connect(receiver);
				receive(receiver, Arrays.copyOf(stream, first));
				receive(receiver, Arrays.copyOfRange(stream, first, second));
				receive(receiver, Arrays.copyOfRange(stream, second, stream.length));
				assertThat(this.events).as("cut at %d and %d", first, second)
					.containsExactly("(1, 5, 1001) hello", "(1, 0, 1001) ", "(1, 1, 1001) x", "(1, 0, 1001) ");
				assertThat(transport.reason).isNull();
			}
		}
	}

	@Test
	void framesThatComeByteByByteAreTheSame() {
		Private receiver = new Private();
		FakeTransport.connect(receiver);
		for (byte value : join(frame("hello"), frame(""))) {
			receive(receiver, new byte[] { value });
		}
		assertThat(this.events).containsExactly("(1, 5, 1001) hello", "(1, 0, 1001) ");
	}

	@Test
	void aBodyOfTheMaximumLengthIsDelivered() {
		Private receiver = new Private();
		FakeTransport.connect(receiver);
		receive(receiver, frame("x".repeat(99_999)));
		assertThat(this.events).hasSize(1);
	}

	@Test
	void aLongerBodyClosesTheConnectionBeforeItComes() {
		for (int length : new int[] { 100_000, Integer.MAX_VALUE }) {
			Private receiver = new Private();
			FakeTransport transport = FakeTransport.connect(receiver);
			receive(receiver, frame(length, ""));
			assertThat(transport.reason.value()).isInstanceOfSatisfying(LengthLimitExceededException.class,
					(reason) -> assertThat(reason.length()).isEqualTo(length));
		}
	}

	@Test
	void aNegativeLengthClosesTheConnection() {
		Private receiver = new Private();
		FakeTransport transport = FakeTransport.connect(receiver);
		receive(receiver, frame(-1, ""));
		assertThat(transport.reason.value()).isExactlyInstanceOf(FramingException.class)
			.hasMessage("A header says that its body has -1 bytes");
	}

	@Test
	void aBodyThatIsTooLongIsDroppedAsItComesIfTheConnectionStaysOpen() {
		Private receiver = new Private() {

			@Override
			protected void lengthLimitExceeded(Values header, long length) {
				FrameReceiverTests.this.events.add("too long: " + length);
			}

		};
		receiver.setMaxLength(3);
		FakeTransport.connect(receiver);
		byte[] stream = join(frame("four"), frame("new"));
		for (byte value : stream) {
			receive(receiver, new byte[] { value });
		}
		assertThat(this.events).containsExactly("too long: 4", "(1, 3, 1001) new");
	}

	@Test
	void anAnnouncedBodyAllocatesNothing() {
		Private receiver = new Private();
		receiver.setMaxLength(Integer.MAX_VALUE);
		FakeTransport transport = FakeTransport.connect(receiver);
		byte[] stream = frame(Integer.MAX_VALUE, "only this");
		long before = Allocations.ofThisThread();
		receive(receiver, stream);
		assertThat(Allocations.ofThisThread() - before).isLessThan(1 << 20);
		assertThat(receiver.insideFrame()).isTrue();
		assertThat(transport.reason).isNull();
	}

	@Test
	void aHeaderWithoutItsBodyIsAFrameThatHasBegun() {
		Private receiver = new Private();
		FakeTransport.connect(receiver);
		receive(receiver, frame(3, ""));
		assertThat(receiver.insideFrame()).isTrue();
		receive(receiver, "abc");
		assertThat(receiver.insideFrame()).isFalse();
		assertThat(this.events).containsExactly("(1, 3, 1001) abc");
	}

	@Test
	void aHeaderCanBeRefusedBeforeItsBodyComes() {
		Private receiver = new Private() {

			@Override
			protected void headerReceived(Values header) {
				throw new FramingException("Not our version");
			}

		};
		FakeTransport transport = FakeTransport.connect(receiver);
		receive(receiver, frame(3, ""));
		assertThat(transport.reason.value()).hasMessage("Not our version");
	}

	@Test
	void pausingAtTheHeaderOfAnEmptyBodyHoldsItUntilResumed() {
		Private receiver = new Private() {

			@Override
			protected void headerReceived(Values header) {
				pauseProducing();
			}

		};
		FakeTransport.connect(receiver);
		receive(receiver, frame(""));
		assertThat(this.events).isEmpty();
		receiver.resumeProducing();
		assertThat(this.events).containsExactly("(1, 0, 1001) ");
	}

	@Test
	void theLengthIsPutIntoTheHeaderThatIsSent() {
		Private receiver = new Private();
		FakeTransport transport = FakeTransport.connect(receiver);
		receiver.sendFrame("hello", 1, 0, 1001);
		assertThat(transport.written().getBytes(ISO_8859_1)).isEqualTo(frame("hello"));
		assertThatIllegalArgumentException().isThrownBy(() -> receiver.sendFrame("hello", 1, 0));
	}

	@Test
	void theHeaderOfFireflyCountsItsCommandAsBody() {
		StructFrameReceiver firefly = new StructFrameReceiver(Struct.of("!sssss3I"), 6, -4) {

			@Override
			protected void frameReceived(Values header, String body) {
				FrameReceiverTests.this.events.add(header.getLong(7) + " " + body);
				sendFrame("answer", new byte[] { 'M' }, new byte[] { 'A' }, new byte[] { 'G' }, new byte[] { 'C' },
						new byte[] { 0 }, 7, 0, 1002);
			}

		};
		FakeTransport transport = FakeTransport.connect(firefly);
		receive(firefly, "MAGC\0\0\0\0\7\0\0\0\11\0\0\3\u00E9hello");
		assertThat(this.events).containsExactly("1001 hello");
		assertThat(transport.written()).isEqualTo("MAGC\0\0\0\0\7\0\0\0\12\0\0\3\u00EAanswer");
		receive(firefly, "MAGC\0\0\0\0\7\0\0\0\3\0\0\3\u00E9");
		assertThat(transport.reason.value()).hasMessage("A header says that its body has -1 bytes");
	}

	@Test
	void aHeaderMayBeARecord() {
		FrameReceiver<Header> receiver = new FrameReceiver<>(
				FrameHeader.of(RecordFormat.of(Header.class), Header::length)) {

			@Override
			protected void frameReceived(Header header, ByteBuf body) {
				FrameReceiverTests.this.events.add(header + " " + body.toString(ISO_8859_1));
				sendFrame(header, body.retain());
			}

		};
		FakeTransport transport = FakeTransport.connect(receiver);
		receive(receiver, "\u00FF\u00FF\0\0\3abc");
		assertThat(this.events).containsExactly("Header[command=65535, length=3] abc");
		assertThat(transport.written()).isEqualTo("\u00FF\u00FF\0\0\3abc");
	}

	@Test
	void aRecordThatSaysAnotherLengthIsNotSent() {
		FrameReceiver<Header> receiver = new FrameReceiver<>(
				FrameHeader.of(RecordFormat.of(Header.class), Header::length)) {
		};
		FakeTransport transport = FakeTransport.connect(receiver);
		assertThatIllegalArgumentException().isThrownBy(() -> receiver.sendFrame(new Header(1, 2), "abc"))
			.withMessage("The header says that its body has 2 bytes, but it has 3");
		ByteBuf body = Unpooled.copiedBuffer("abc", ISO_8859_1);
		assertThatIllegalArgumentException().isThrownBy(() -> receiver.sendFrame(new Header(1, 2), body));
		assertThat(body.refCnt()).isZero();
		assertThat(transport.written()).isEmpty();
	}

	@Test
	void aRecordThatRefusesItsValuesClosesTheConnection() {
		FrameReceiver<Picky> receiver = new FrameReceiver<>(
				FrameHeader.of(RecordFormat.of(Picky.class), Picky::length)) {
		};
		FakeTransport transport = FakeTransport.connect(receiver);
		receive(receiver, "\2\0");
		assertThat(transport.reason.value()).isExactlyInstanceOf(FramingException.class)
			.hasMessageContaining("version 2");
	}

	@Test
	void aBodyThatHoldsNoSuchRecordIsThePeersFault() throws Exception {
		Private receiver = new Private() {

			@Override
			protected void frameReceived(Values header, byte[] body) {
				FrameReceiverTests.this.events.add(RecordFormat.of(Growing.class).decode(body).text());
			}

		};
		FakeTransport transport = FakeTransport.connect(receiver);
		FakeTransport.deliver(receiver, frame("\3abc"));
		FakeTransport.deliver(receiver, frame("\4abc"));
		assertThat(this.events).containsExactly("abc");
		assertThat(transport.reason.value()).isInstanceOf(MalformedRecordException.class)
			.hasMessageContaining("Growing.text");
	}

	@Test
	void aRecordThatCannotBeSentIsAnErrorOfOurOwn() {
		Private receiver = new Private() {

			@Override
			protected void frameReceived(Values header, byte[] body) {
				RecordFormat.of(Growing.class).encode(new Growing("x".repeat(256)));
			}

		};
		FakeTransport.connect(receiver);
		assertThatExceptionOfType(FieldException.class).isThrownBy(() -> FakeTransport.deliver(receiver, frame("")))
			.isNotInstanceOf(MalformedRecordException.class);
	}

	@Test
	void aHeaderNeedsALengthAndASizeOfItsOwn() {
		assertThatIllegalArgumentException().isThrownBy(() -> FrameHeader.of("<i4s", 1));
		assertThatIllegalArgumentException()
			.isThrownBy(() -> FrameHeader.of(RecordFormat.of(Growing.class), (header) -> 0))
			.withMessageContaining("Growing");
	}

	@Test
	void aFrameIsSentAsOnePieceFromAnotherThread() throws Exception {
		Private receiver = new Private();
		FakeTransport transport = FakeTransport.connect(receiver);
		receive(receiver, frame(""));
		Thread other = new Thread(() -> receiver.sendFrame("hello", 1, 0, 1001));
		other.start();
		other.join();
		assertThat(transport.written().getBytes(ISO_8859_1)).isEqualTo(frame("hello"));
		assertThat(transport.writes).isEqualTo(1);
	}

	private static byte[] join(byte[] first, byte[] second) {
		return ByteBufUtil.getBytes(Unpooled.wrappedBuffer(first, second));
	}

	record Header(@Unsigned(2) int command, @Unsigned(3) int length) {

	}

	record Picky(@Unsigned(1) int version, @Unsigned(1) int length) {

		Picky {
			if (version != 1) {
				throw new IllegalArgumentException("version " + version);
			}
		}

	}

	record Growing(@LengthPrefixed(1) String text) {

	}

	private class Private extends StructFrameReceiver {

		Private() {
			super(Struct.of("<iii"), 1);
		}

		@Override
		protected void frameReceived(Values header, byte[] body) {
			FrameReceiverTests.this.events.add(header + " " + new String(body, ISO_8859_1));
		}

	}

}
