package dev.twisted.protocols;

import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static dev.twisted.protocols.FakeTransport.receive;
import static org.assertj.core.api.Assertions.assertThat;

class NetstringReceiverTests {

	private final List<String> received = new ArrayList<>();

	private final NetstringReceiver strings = new NetstringReceiver() {

		@Override
		protected void stringReceived(String string) {
			NetstringReceiverTests.this.received.add(string);
		}

	};

	private final FakeTransport transport = FakeTransport.connect(this.strings);

	@Test
	void netstringsAreDeliveredWithoutWhatIsAroundThem() {
		receive(this.strings, "5:hello,0:,3:a,b,");
		assertThat(this.received).containsExactly("hello", "", "a,b");
		assertThat(this.strings.brokenPeer()).isFalse();
	}

	@Test
	void aStringIsSentAsANetstring() {
		this.strings.sendString("hello");
		this.strings.sendString("");
		assertThat(this.transport.written()).isEqualTo("5:hello,0:,");
	}

	@ParameterizedTest
	@ValueSource(strings = { "03:abc,", "00:,", ":,", "abc", " 3:abc,", "3 :abc,", "-1:,", "+1:a,", "3;abc,", "3:abc;",
			"3:abcd,", "\n" })
	void whatIsNoNetstringClosesTheConnection(String stream) {
		receive(this.strings, "2:ok," + stream);
		assertThat(this.received).containsExactly("ok");
		assertThat(this.strings.brokenPeer()).isTrue();
		assertThat(this.transport.reason.value()).isInstanceOf(NetstringParseException.class);
	}

	@Test
	void aNetstringOfTheMaximumLengthIsDelivered() {
		receive(this.strings, "99999:" + "x".repeat(99_999) + ",");
		assertThat(this.received).containsExactly("x".repeat(99_999));
	}

	@Test
	void anAnnouncedLengthAllocatesNothing() {
		this.strings.setMaxLength(Integer.MAX_VALUE);
		long before = Allocations.ofThisThread();
		receive(this.strings, "2147483647:only this");
		assertThat(Allocations.ofThisThread() - before).isLessThan(1 << 20);
		assertThat(this.transport.reason).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "100000:", "100000", "99999999999999999999999999" })
	void aLengthAboveTheLimitClosesTheConnectionBeforeTheStringComes(String stream) {
		receive(this.strings, stream);
		assertThat(this.strings.brokenPeer()).isTrue();
		assertThat(this.transport.reason.value()).isInstanceOf(LengthLimitExceededException.class);
	}

}
