package dev.twisted.spread.pb;

import java.time.Duration;
import java.util.HexFormat;
import java.util.List;

import dev.twisted.defer.CancelledException;
import dev.twisted.defer.Deferred;
import dev.twisted.defer.TimeoutException;
import dev.twisted.internet.ConnectionDone;
import dev.twisted.spread.banana.BananaEncoder;
import dev.twisted.spread.banana.BananaException;
import dev.twisted.spread.banana.Bytes;
import dev.twisted.spread.banana.Dialect;
import dev.twisted.spread.jelly.SecurityOptions;
import dev.twisted.task.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A peer that does not keep to the rules loses its connection, with a reason that says
 * why, and nothing else happens.
 */
class HostileInputTests {

	private final Broker server = Pair.server(new Clock(), new TranscriptRoot(), BrokerOptions.defaults());

	private final Wire wire = Wire.open(this.server);

	private final PBClientFactory factory = new PBClientFactory(new Clock());

	HostileInputTests() {
		this.wire.receive("02 82 70 62");
		this.wire.take();
	}

	@ParameterizedTest
	@CsvSource({ "01 88, no type of a banana", "00 00 00 00 08 80, list has more than",
			"01 00 28 82, string has more than", "20 87, no word", "05 81, no message", "00 80, no message",
			"01 80 01 81, no message", "02 80 05 82 62 6f 67 75 73 01 81, bogus", "02 80 13 87 07 81, version 7",
			"03 80 1b 87 01 81 01 81, waits for none", "03 80 1c 87 01 81 01 81, waits for none",
			"03 80 1b 87 01 80 01 81 01 81, call a list", "02 80 1d 87 01 80 05 81, gives back a list",
			"02 80 1d 87 05 81, gives back 5", "02 80 1d 87 04 82 72 6f 6f 74, it does not hold",
			"02 80 1e 87 05 81, gives back the cache 5", "02 80 1f 87 05 81, lets go of the cache 5",
			"03 80 1a 87 01 81 04 82 72 6f 6f 74, 7 elements",
			"07 80 1a 87 01 81 04 82 72 6f 6f 74 02 80 07 82 75 6e 69 63 6f 64 65 04 82 65 63 68 6f 01 81 01 80 0b 87 01 80 05 87, no name",
			"07 80 1a 87 01 81 04 82 72 6f 6f 74 01 82 ff 01 81 01 80 0b 87 01 80 05 87, not UTF-8" })
	void aPeerThatBreaksTheRulesLosesItsConnectionForAReason(String hex, String reason) {
		this.wire.receive(hex);
		assertThat(this.wire.takeHex()).isEmpty();
		assertThat(this.wire.reason.value()).isInstanceOfAny(BananaException.class, ProtocolException.class)
			.hasMessageContaining(reason);
	}

	@Test
	void aPrefixOf65BytesIsRefused() {
		this.wire.receive("00 ".repeat(65));
		assertThat(this.wire.reason.value()).hasMessageContaining("64 digits");
	}

	@Test
	void listsThatAreNestedTenThousandDeepAreRefused() {
		this.wire.receive("01 80 ".repeat(10_000));
		assertThat(this.wire.reason.value()).hasMessageContaining("nested more than 512 deep");
	}

	@Test
	void aMessageThatNeverEndsIsRefused() {
		String string = "00 00 28 82 " + "78 ".repeat(655_360);
		this.wire.receive("7f 7f 80 ");
		for (int i = 0; i < 12 && this.wire.reason == null; i++) {
			this.wire.receive(string);
		}
		assertThat(this.wire.reason.value()).hasMessageContaining("more than 6553600 bytes");
	}

	@Test
	void aPortMaySayHowLongAMessageMayBeAndIsToldOfALongerOne() {
		java.util.concurrent.atomic.AtomicInteger told = new java.util.concurrent.atomic.AtomicInteger();
		assertThat(this.server.limitFrames(100)).isTrue();
		this.server.onFrameTooLong(told::incrementAndGet);
		assertThat(this.server.framesReceived()).isEqualTo(1);
		this.wire.receive("02 80 64 82");
		assertThat(told).hasValue(1);
		assertThat(this.wire.reason.value()).hasMessageContaining("100 bytes");
	}

	@Test
	void aMessageThatHasBegunIsAFrameThatHasNotEnded() {
		assertThat(this.server.insideFrame()).isFalse();
		this.wire.receive("02 80 13");
		assertThat(this.server.insideFrame()).isTrue();
		this.wire.receive("87 06 81");
		assertThat(this.server.insideFrame()).isFalse();
		assertThat(this.server.framesReceived()).isEqualTo(2);
	}

	@ParameterizedTest
	@ValueSource(strings = { "00 80", "01 80 01 81", "02 80 03 82 69 6e 74 05 81",
			"02 80 09 82 6f 73 2e 73 79 73 74 65 6d 01 81", "02 80 04 82 64 69 63 74 01 81", "02 80 03 87 63 81",
			"02 80 0f 87 63 81", "02 80 12 87 63 81", "02 80 10 87 01 80 01 81" })
	void anArgumentThatCannotBeReadIsAnErrorAndTheConnectionStays(String argument) {
		this.wire.receive(
				"07 80 1a 87 01 81 04 82 72 6f 6f 74 04 82 65 63 68 6f 01 81 02 80 0b 87 " + argument + " 01 80 05 87");
		assertThat(this.wire.takeHex()).startsWith("03 80 1c 87 01 81");
		assertThat(this.wire.reason).isNull();
	}

	@Test
	void aNumberOfOursThatThereIsNotIsNoneAsInTwistedAndCannotBeCalled() {
		this.wire.receive(
				"07 80 1a 87 01 81 04 82 72 6f 6f 74 04 82 65 63 68 6f 01 81 02 80 0b 87 02 80 11 87 63 81 01 80 05 87");
		assertThat(this.wire.takeHex()).isEqualTo("03 80 1b 87 01 81 01 80 01 87");
		this.wire.receive("07 80 1a 87 02 81 63 81 04 82 65 63 68 6f 01 81 01 80 0b 87 01 80 05 87");
		assertThat(this.wire.take()).asHexString()
			.contains(HexFormat.of().withUpperCase().formatHex("Invalid Object ID".getBytes()));
		assertThat(this.wire.reason).isNull();
	}

	@Test
	void nothingThatComesAfterTheOffenceIsLookedAt() {
		this.wire
			.receive("05 81 07 80 1a 87 01 81 04 82 72 6f 6f 74 04 82 65 63 68 6f 01 81 02 80 0b 87 05 81 01 80 05 87");
		assertThat(this.wire.take()).isEmpty();
	}

	@Test
	void anUnknownDialectIsRefused() {
		Wire fresh = Wire.open(Pair.server(new Clock(), new TranscriptRoot(), BrokerOptions.defaults()));
		fresh.receive("03 82 70 62 32");
		assertThat(fresh.reason.value()).isInstanceOf(ProtocolException.class);
	}

	@Test
	void aServerThatOffersNothingKnownIsLeftAndTheRootFails() {
		PBClientFactory factory = new PBClientFactory(new Clock());
		Deferred<RemoteReference> root = factory.getRootObject();
		Wire client = Wire.open(factory.buildProtocol(null));
		client.receive("01 80 03 82 70 62 32");
		assertThat(client.reason.value()).isInstanceOf(ProtocolException.class);
		client.lose(client.reason);
		assertThat(Pair.failure(root).value()).isInstanceOf(ProtocolException.class);
	}

	@Test
	void aServerThatOffersNothingIsLeftAfterAMinute() {
		Clock clock = new Clock();
		PBClientFactory impatient = new PBClientFactory(clock);
		Wire silent = Wire.open(impatient.buildProtocol(null));
		Wire speaking = Wire.open(impatient.buildProtocol(null));
		speaking.receive("02 80 02 82 70 62 04 82 6e 6f 6e 65");
		clock.advance(Duration.ofSeconds(59));
		assertThat(silent.reason).isNull();
		clock.advance(Duration.ofSeconds(1));
		assertThat(silent.reason.value()).isInstanceOf(ProtocolException.class).hasMessageContaining("no dialect");
		assertThat(speaking.reason).isNull();
		assertThat(clock.getDelayedCalls()).isEmpty();
	}

	@Test
	void whoeverWaitsForAServerToSpeakLearnsThatItDoesOrWhyItDoesNot() {
		Broker broker = (Broker) this.factory.buildProtocol(null);
		Wire client = Wire.open(broker);
		Deferred<Void> ready = broker.whenReady();
		Deferred<Void> tired = broker.whenReady();
		tired.cancel();
		assertThat(Pair.failure(tired).check(CancelledException.class)).isNotNull();
		assertThat(ready.called()).isFalse();
		client.receive("02 80 02 82 70 62 04 82 6e 6f 6e 65");
		assertThat(Pair.result(ready)).isNull();
		assertThat(Pair.result(broker.whenReady())).isNull();

		Broker other = (Broker) this.factory.buildProtocol(null);
		Wire hangingUp = Wire.open(other);
		Deferred<Void> never = other.whenReady();
		hangingUp.lose(ConnectionDone.FAILURE);
		assertThat(Pair.failure(never).check(ConnectionDone.class)).isNotNull();
	}

	@Test
	void whoWaitsForARootIsToldThatThereIsNoConnection() {
		Clock clock = new Clock();
		Deferred<RemoteReference> root = new PBClientFactory(clock).getRootObject();
		clock.advance(Duration.ofMinutes(1));
		assertThat(Pair.failure(root).value()).isInstanceOf(TimeoutException.class)
			.hasMessageContaining("no connection");
	}

	@Test
	void theClientTakesTheFirstDialectThatIsOffered() {
		PBClientFactory factory = new PBClientFactory(new Clock());
		Wire client = Wire.open(factory.buildProtocol(null));
		client.receive("02 80 04 82 6e 6f 6e 65 02 82 70 62");
		assertThat(client.takeHex()).startsWith("04 82 6e 6f 6e 65 02 80 07 82 76 65 72");
	}

	@Test
	void aSecondAnswerLosesTheConnectionButNotTheFirst() throws BananaException {
		PBClientFactory factory = new PBClientFactory(new Clock());
		Wire client = Wire.open(factory.buildProtocol(null));
		client.receive("02 80 02 82 70 62 04 82 6e 6f 6e 65");
		Deferred<Object> answer = Pair.result(factory.getRootObject()).callRemote("echo", 1);
		byte[] message = encode(List.of(Bytes.utf8("answer"), 1, 7));
		client.receive(message);
		client.receive(message);
		assertThat(Pair.result(answer)).isEqualTo(7);
		assertThat(client.reason.value()).isInstanceOf(ProtocolException.class);
		client.lose(ConnectionDone.FAILURE);
	}

	@Test
	void anErrorThatWouldBeEndlessAsTextIsNotMadeText() throws BananaException {
		Wire client = Wire.open(this.factory.buildProtocol(null));
		client.receive("02 80 02 82 70 62 04 82 6e 6f 6e 65");
		Deferred<Object> answer = Pair.result(this.factory.getRootObject()).callRemote("echo", 1);
		Object doubled = List.of(Bytes.utf8("list"), 1, 2);
		for (int i = 1; i < 60; i++) {
			doubled = List.of(Bytes.utf8("list"), List.of(Bytes.utf8("reference"), i, doubled),
					List.of(Bytes.utf8("dereference"), i));
		}
		client.receive(encode(List.of(Bytes.utf8("error"), 1, doubled)));
		assertThat(Pair.failure(answer).check("twisted.spread.pb.Error")).isNotNull();
		assertThat(client.reason).isNull();
	}

	@Test
	void anErrorMayBeTextOrAnExceptionThatIsRegistered() throws BananaException {
		SecurityOptions security = new SecurityOptions().setUnjellyableFactoryForClass("shop.OutOfStock",
				(state) -> new IllegalStateException(String.valueOf(state.get("article"))));
		PBClientFactory knowing = new PBClientFactory(new Clock(), BrokerOptions.defaults().withSecurity(security));
		Wire client = Wire.open(knowing.buildProtocol(null));
		client.receive("02 80 02 82 70 62 04 82 6e 6f 6e 65");
		RemoteReference root = Pair.result(knowing.getRootObject());
		Deferred<Object> first = root.callRemote("echo", 1);
		Deferred<Object> second = root.callRemote("echo", 1);
		client.receive(encode(List.of(Bytes.utf8("error"), 1, List.of(Bytes.utf8("unicode"), "no"))));
		client.receive(encode(List.of(Bytes.utf8("error"), 2, List.of(Bytes.utf8("shop.OutOfStock"),
				List.of(Bytes.utf8("dictionary"), List.of(Bytes.utf8("article"), Bytes.utf8("pears")))))));
		assertThat(Pair.failure(first).getErrorMessage()).contains("no");
		assertThat(Pair.failure(second).value()).isInstanceOf(IllegalStateException.class);
	}

	@Test
	void whatComesAfterTheOffenceIsNotKeptEither() {
		this.wire.receive("05 81");
		this.wire.receive("00 00 28 82 " + "78 ".repeat(1000));
		assertThat(this.server.insideFrame()).isFalse();
	}

	private static byte[] encode(Object expression) throws BananaException {
		ByteBuf output = Unpooled.buffer();
		BananaEncoder.encode(expression, Dialect.PB, output);
		return ByteBufUtil.getBytes(output);
	}

}
