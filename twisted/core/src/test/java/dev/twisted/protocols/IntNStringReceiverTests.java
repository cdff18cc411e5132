package dev.twisted.protocols;

import java.util.ArrayList;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;

import static dev.twisted.protocols.FakeTransport.receive;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class IntNStringReceiverTests {

	private final List<String> received = new ArrayList<>();

	private final List<Long> exceeded = new ArrayList<>();

	@Test
	void aLengthHasOneTwoOrFourBytesInNetworkOrder() {
		Int8StringReceiver int8 = new Int8StringReceiver() {
		};
		Int16StringReceiver int16 = new Int16StringReceiver() {
		};
		Int32StringReceiver int32 = new Int32StringReceiver() {
		};
		assertThat(sent(int8, "abc")).isEqualTo("\3abc");
		assertThat(sent(int16, "abc")).isEqualTo("\0\3abc");
		assertThat(sent(int32, "abc")).isEqualTo("\0\0\0\3abc");
		assertThat(sent(int16, "x".repeat(0x1234))).startsWith("\u0012\u0034x");
		assertThat(sent(int32, "x".repeat(0x12345))).startsWith("\0\u0001\u0023\u0045x");
		assertThat(int8.prefixLength()).isEqualTo(1);
		assertThat(int16.prefixLength()).isEqualTo(2);
		assertThat(int32.prefixLength()).isEqualTo(4);
	}

	@Test
	void aStringThatTheLengthCannotTellIsNotSent() {
		Int8StringReceiver int8 = new Int8StringReceiver() {
		};
		Int16StringReceiver int16 = new Int16StringReceiver() {
		};
		assertThat(sent(int8, "x".repeat(255))).hasSize(256);
		assertThat(sent(int16, "x".repeat(65535))).hasSize(65537);
		FakeTransport transport = FakeTransport.connect(int8);
		assertThatExceptionOfType(StringTooLongException.class).isThrownBy(() -> int8.sendString("x".repeat(256)));
		ByteBuf buffer = Unpooled.buffer().writeZero(256);
		assertThatExceptionOfType(StringTooLongException.class).isThrownBy(() -> int8.sendString(buffer));
		assertThat(buffer.refCnt()).isZero();
		assertThat(transport.written()).isEmpty();
		FakeTransport.connect(int16);
		assertThatExceptionOfType(StringTooLongException.class).isThrownBy(() -> int16.sendString("x".repeat(65536)));
	}

	@Test
	void theLimitIsNotForWhatIsSent() {
		Int32StringReceiver int32 = new Int32StringReceiver() {
		};
		assertThat(sent(int32, "x".repeat(100_000))).hasSize(100_004);
	}

	@Test
	void aStringOfTheMaximumLengthIsDelivered() {
		Strings strings = new Strings();
		FakeTransport.connect(strings);
		strings.sendString("x".repeat(99_999));
		receive(strings, ((FakeTransport) strings.transport()).written());
		assertThat(this.received).containsExactly("x".repeat(99_999));
	}

	@Test
	void aLengthAboveTheLimitClosesTheConnectionBeforeTheStringComes() {
		Int32StringReceiver strings = new Int32StringReceiver() {
		};
		FakeTransport transport = FakeTransport.connect(strings);
		receive(strings, "\0\u0001\u0086\u00A0");
		assertThat(transport.reason.value()).isInstanceOfSatisfying(LengthLimitExceededException.class, (reason) -> {
			assertThat(reason.length()).isEqualTo(100_000);
			assertThat(reason.limit()).isEqualTo(99_999);
		});
	}

	@Test
	void aLengthIsUnsigned() {
		Strings strings = new Strings();
		FakeTransport.connect(strings);
		receive(strings, "\u00FF\u00FF\u00FF\u00FF");
		assertThat(this.exceeded).containsExactly(0xFFFF_FFFFL);
		Int8StringReceiver int8 = new Int8StringReceiver() {

			@Override
			protected void stringReceived(byte[] string) {
				IntNStringReceiverTests.this.received.add("%d bytes".formatted(string.length));
			}

		};
		FakeTransport.connect(int8);
		receive(int8, "\u00FF" + "x".repeat(255));
		assertThat(this.received).containsExactly("255 bytes");
	}

	@Test
	void aStringThatIsTooLongIsDroppedAsItComesIfTheConnectionStaysOpen() {
		Strings strings = new Strings();
		strings.setMaxLength(3);
		FakeTransport transport = FakeTransport.connect(strings);
		receive(strings, "\0\0\0\2ok\0\0\0\7too");
		receive(strings, " lo");
		receive(strings, "n\0\0\0\3new");
		assertThat(this.exceeded).containsExactly(7L);
		assertThat(this.received).containsExactly("ok", "new");
		assertThat(transport.reason).isNull();
	}

	@Test
	void anAnnouncedLengthAllocatesNothing() {
		Strings strings = new Strings();
		strings.setMaxLength(Integer.MAX_VALUE);
		FakeTransport.connect(strings);
		long before = Allocations.ofThisThread();
		receive(strings, "\u007F\u00FF\u00FF\u00FFonly this has come");
		assertThat(Allocations.ofThisThread() - before).isLessThan(1 << 20);
		assertThat(strings.insideFrame()).isTrue();
		assertThat(this.received).isEmpty();
	}

	@Test
	void aStringInsideIsTheOnlyFrameThatHasBegun() {
		Strings strings = new Strings();
		FakeTransport.connect(strings);
		assertThat(strings.insideFrame()).isFalse();
		receive(strings, "\0\0");
		assertThat(strings.insideFrame()).isTrue();
		receive(strings, "\0\1x");
		assertThat(strings.insideFrame()).isFalse();
	}

	@Test
	void stringsAfterTheOneThatClosesTheConnectionAreNotDelivered() {
		Int8StringReceiver strings = new Int8StringReceiver() {

			@Override
			protected void stringReceived(String string) {
				IntNStringReceiverTests.this.received.add(string);
				transport().loseConnection();
			}

		};
		FakeTransport.connect(strings);
		receive(strings, "\1a\1b");
		assertThat(this.received).containsExactly("a");
	}

	@Test
	void pausingInAStringStopsDeliveryAtOnce() {
		Int8StringReceiver strings = new Int8StringReceiver() {

			@Override
			protected void stringReceived(String string) {
				IntNStringReceiverTests.this.received.add(string);
				pauseProducing();
			}

		};
		FakeTransport transport = FakeTransport.connect(strings);
		receive(strings, "\1a\1b\1");
		assertThat(this.received).containsExactly("a");
		assertThat(transport.paused).isTrue();
		strings.resumeProducing();
		assertThat(this.received).containsExactly("a", "b");
		strings.resumeProducing();
		receive(strings, "c");
		assertThat(this.received).containsExactly("a", "b", "c");
	}

	@Test
	void textComesThroughItsDoorAndLeavesThroughIt() {
		Int8StringReceiver strings = new Int8StringReceiver() {

			@Override
			protected void stringReceived(String string) {
				sendString(string);
			}

		};
		FakeTransport transport = FakeTransport.connect(strings);
		receive(strings, "\6\u4F60\u597D".getBytes(UTF_8));
		assertThat(transport.written().getBytes(ISO_8859_1)).isEqualTo("\6\u4F60\u597D".getBytes(UTF_8));
		receive(strings, "\1\u00FF");
		assertThat(transport.reason.value()).hasMessage("Byte 0xFF at offset 0 is not UTF-8");
	}

	@Test
	void aStringIsSentAsOnePieceFromAnotherThread() throws Exception {
		Strings strings = new Strings();
		FakeTransport transport = FakeTransport.connect(strings);
		receive(strings, "\0\0\0\0");
		Thread other = new Thread(() -> {
			strings.sendString("one");
			strings.sendString(Unpooled.copiedBuffer("two", ISO_8859_1));
		});
		other.start();
		other.join();
		assertThat(transport.written()).isEqualTo("\0\0\0\3one\0\0\0\3two");
		assertThat(transport.writes).isEqualTo(2);
	}

	private static String sent(IntNStringReceiver receiver, String string) {
		FakeTransport transport = FakeTransport.connect(receiver);
		receiver.sendString(string.getBytes(ISO_8859_1));
		return transport.written();
	}

	private final class Strings extends Int32StringReceiver {

		@Override
		protected void stringReceived(byte[] string) {
			IntNStringReceiverTests.this.received.add(new String(string, ISO_8859_1));
		}

		@Override
		protected void lengthLimitExceeded(long length) {
			IntNStringReceiverTests.this.exceeded.add(length);
		}

	}

}
