package dev.twisted.struct;

import java.lang.invoke.MethodHandles;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

/**
 * What is bad says where, and costs nothing.
 */
class BadRecordTests {

	private static final RecordFormat<Packet> PACKET = RecordFormat.of(Packet.class);

	private static final Packet GOOD = new Packet(new Header(0xCAFE, 7), "name",
			List.of(new Item(1, "a"), new Item(2, "bc")), new byte[] { 1, 2 });

	private static final String BYTES = "cafe" + "00000007" + "0004" + "6e616d65" + "0002" + "01" + "0161" + "02"
			+ "026263" + "0102";

	@Test
	void theGoodPacketIsGood() {
		assertThat(PACKET.encode(GOOD)).isEqualTo(hex(BYTES));
		assertThat(PACKET.encode(PACKET.decode(hex(BYTES)))).isEqualTo(hex(BYTES));
	}

	@Test
	void whatIsMissingNamesTheFieldAndItsOffset() {
		assertBad(() -> PACKET.decode(hex("cafe0000")), "Packet.header.id", 2, "needs 4 bytes, and there are 2 bytes");
		assertBad(() -> PACKET.decode(new byte[0]), "Packet.header.magic", 0, "needs 2 bytes, and there are 0 bytes");
	}

	@Test
	void offsetsAreCountedFromTheStartOfTheRecord() {
		assertBad(() -> PACKET.decodeFrom(hex("eeeeee" + "cafe0000"), 3), "Packet.header.id", 2,
				"needs 4 bytes, and there are 2 bytes");
	}

	@Test
	void everyShorterPacketIsBadData() {
		byte[] bytes = hex(BYTES);
		// The last two bytes are the rest, which may have any length.
		for (int length = 0; length < bytes.length - 2; length++) {
			byte[] shorter = Arrays.copyOf(bytes, length);
			assertThatExceptionOfType(FieldException.class).as("%d bytes", length)
				.isThrownBy(() -> PACKET.decode(shorter))
				.satisfies((ex) -> assertThat(ex.offset()).isBetween(0, shorter.length));
		}
	}

	@Test
	void elementsAreNumbered() {
		assertBad(() -> PACKET.decode(hex("cafe" + "00000007" + "0000" + "0002" + "01" + "0161" + "02" + "0263")),
				"Packet.items[1].label", 14, "length 2, and there is 1 byte");
		assertBad(() -> RecordFormat.of(Matrix.class).decode(hex("02" + "020102" + "0205")), "Matrix.rows[1]", 4,
				"number of elements 2, and there is 1 byte");
	}

	@Test
	void aConstructorMayObject() {
		assertBad(() -> PACKET.decode(hex("beef" + BYTES.substring(4))), "Packet.header", 0, "magic is 48879");
		assertThatExceptionOfType(FieldException.class)
			.isThrownBy(() -> RecordFormat.of(Header.class).decode(hex("beef" + "00000007")))
			.withMessage("Header at offset 0: magic is 48879")
			.withCauseInstanceOf(IllegalArgumentException.class);
	}

	@Test
	void whatIsLeftOverIsBadData() {
		assertBad(() -> RecordFormat.of(Item.class).decode(hex("01016199")), "Item", 3, "is 1 byte left over");
		assertBad(() -> RecordFormat.of(Measured.class).decode(hex("05" + "01" + "0161" + "9999")), "Measured.item", 4,
				"are 2 bytes left over");
	}

	@Test
	void aLengthAboveItsMaximumIsBadData() {
		assertBad(() -> RecordFormat.of(Limits.class).decode(hex("00000005" + "6161616161" + "00")), "Limits.text", 0,
				"length 5 is above the maximum of 4");
		assertBad(() -> RecordFormat.of(Limits.class).decode(hex("00000000" + "03" + "010203")), "Limits.numbers", 4,
				"number of elements 3 is above the maximum of 2");
		assertBad(() -> RecordFormat.of(Limits.class).encode(new Limits("12345", List.of())), "Limits.text", 0,
				"length 5 is above the maximum of 4");
		assertBad(() -> RecordFormat.of(Limits.class).encode(new Limits("", List.of(1, 2, 3))), "Limits.numbers", 4,
				"number of elements 3 is above the maximum of 2");
	}

	@Test
	void theMaximumIsNoMoreThanThePrefixHasRoomFor() {
		assertBad(() -> RecordFormat.of(Item.class).encode(new Item(1, "x".repeat(256))), "Item.label", 1,
				"length 256 is above the maximum of 255");
		assertThat(RecordFormat.of(Item.class).encode(new Item(1, "x".repeat(255)))).hasSize(257);
	}

	@Test
	@Timeout(20)
	void hostileLengthsCostNoMemory() {
		RecordFormat<Greedy> format = RecordFormat.of(Greedy.class);
		for (int i = 0; i < 100_000; i++) {
			assertBad(() -> format.decode(hex("7fffffff" + "00")), "Greedy.text", 0,
					"length 2147483647, and there is 1 byte");
			assertBad(() -> format.decode(hex("00000000" + "7fffffff" + "00")), "Greedy.numbers", 4,
					"number of elements 2147483647, and there is 1 byte");
		}
		assertBad(() -> format.decode(hex("ffffffff")), "Greedy.text", 0,
				"length 4294967295 is above the maximum of 2147483647");
		assertBad(() -> RecordFormat.of(Huge.class).decode(hex("ff".repeat(8))), "Huge.text", 0,
				"length 18446744073709551615 is above the maximum of 99999");
	}

	@Test
	void bytesThatAreNoTextAreBadData() {
		assertBad(() -> RecordFormat.of(Item.class).decode(hex("01" + "02" + "61ff")), "Item.label", 2,
				"is no text in UTF-8");
	}

	@Test
	void textThatHasNoBytesIsBadData() {
		assertBad(() -> RecordFormat.of(Ascii.class).encode(new Ascii("é")), "Ascii.text", 0,
				"has characters that US-ASCII does not have");
		assertBad(() -> RecordFormat.of(Item.class).encode(new Item(1, "\uD800")), "Item.label", 2,
				"has characters that UTF-8 does not have");
	}

	@Test
	void aNumberThatHasNoRoomOnTheWireIsBadData() {
		assertBad(() -> RecordFormat.of(Item.class).encode(new Item(256, "a")), "Item.kind", 0,
				"must be from 0 to 255, not 256");
		assertBad(() -> RecordFormat.of(Item.class).encode(new Item(-1, "a")), "Item.kind", 0,
				"must be from 0 to 255, not -1");
		assertBad(
				() -> PACKET.encode(new Packet(GOOD.header(), "", List.of(new Item(1, ""), new Item(-1, "")), hex(""))),
				"Packet.items[1].kind", 12, "must be from 0 to 255, not -1");
	}

	@Test
	void bytesOfAFixedLengthAreNeitherCutNorFilledUp() {
		assertBad(() -> RecordFormat.of(Four.class).encode(new Four(hex("010203"))), "Four.bytes", 0,
				"takes 4 bytes, not 3");
		assertBad(() -> RecordFormat.of(Four.class).encode(new Four(hex("0102030405"))), "Four.bytes", 0,
				"takes 4 bytes, not 5");
	}

	@Test
	void nothingMayBeNull() {
		assertBad(() -> PACKET.encode(new Packet(null, "", List.of(), hex(""))), "Packet.header", 0,
				"must not be null");
		assertBad(() -> PACKET.encode(new Packet(GOOD.header(), null, List.of(), hex(""))), "Packet.name", 6,
				"must not be null");
		assertBad(() -> PACKET.encode(new Packet(GOOD.header(), "", Collections.singletonList(null), hex(""))),
				"Packet.items[0]", 10, "must not be null");
		assertBad(() -> RecordFormat.of(Box.class).encode(new Box(null)), "Box.value", 0, "must not be null");
		assertThatNullPointerException().isThrownBy(() -> PACKET.encode(null));
	}

	@Test
	void aRecordThatCannotHaveAFormatSaysWhy() {
		assertNoFormat(NoShape.class, "NoShape: text: String needs one of @Fixed, @LengthPrefixed, @Rest");
		assertNoFormat(NoShapeInside.class,
				"NoShapeInside: inner: text: String needs one of @Fixed, @LengthPrefixed, @Rest");
		assertNoFormat(TwoShapes.class, "TwoShapes: text: only one of @Fixed, @Rest is possible");
		assertNoFormat(NoList.class, "NoList: list: List needs one of @Counted, @LengthPrefixed, @Rest");
		assertNoFormat(RawList.class, "RawList: list: java.util.List is no List of something");
		assertNoFormat(AnyList.class, "AnyList: list: there are no bytes for the type ?");
		assertNoFormat(NoType.class, "NoType: thread: there are no bytes for the type java.lang.Thread");
		assertNoFormat(NoCharacter.class, "NoCharacter: letter: there are no bytes for the type char");
		assertNoFormat(Recursive.class, "Recursive: children: a record cannot be inside itself: Recursive > Recursive");
		assertNoFormat(AfterRest.class, "AfterRest: after: nothing can follow what goes on to the end");
		assertNoFormat(PaddedRest.class, "PaddedRest: padding cannot follow what goes on to the end");
		assertNoFormat(RestInList.class, "RestInList: list: an element of a list cannot go on to the end");
		assertNoFormat(NothingInList.class, "NothingInList: list: an element of a list has to take some bytes");
		assertNoFormat(NineBytes.class, "NineBytes: value: an integer has 1 to 8 bytes, not 9");
		assertNoFormat(NinePrefix.class, "NinePrefix: text: a length or a number has 1 to 8 bytes, not 9");
		assertNoFormat(NoBytes.class, "NoBytes: text: @Fixed takes 1 byte or more, not 0");
		assertNoFormat(TextNumber.class, "TextNumber: text: String cannot hold an integer");
		assertNoFormat(BothOrders.class, "BothOrders: value: it is either @BigEndian or @LittleEndian");
		assertNoFormat(NegativePadding.class, "NegativePadding: value: padding must not be negative: -1");
		assertNoFormat(NegativeMax.class, "NegativeMax: text: max must not be negative: -1");
		assertNoFormat(NoCharset.class, "NoCharset: text: there is no charset \"KLINGON\"");
		assertNoFormat(TooLarge.class, "TooLarge: it is too large for an array: 4000000000 bytes");
	}

	@Test
	void aRecordThatCannotBeAccessedSaysWhatToDo() {
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(Item.class, MethodHandles.publicLookup()))
			.withMessageContaining("BadRecordTests$Item cannot be accessed")
			.withMessageContaining("MethodHandles.lookup()");
	}

	@RepeatedTest(20)
	void randomBytesAreAPacketOrBadData() {
		long seed = System.nanoTime();
		Random random = new Random(seed);
		for (int i = 0; i < 2000; i++) {
			byte[] bytes = hex(BYTES);
			int flips = 1 + random.nextInt(4);
			for (int j = 0; j < flips; j++) {
				bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(-128, 128);
			}
			byte[] cut = Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
			try {
				Packet packet = PACKET.decode(cut);
				assertThat(PACKET.encode(packet)).as("seed %d", seed).isEqualTo(cut);
			}
			catch (FieldException ex) {
				assertThat(ex.offset()).as("seed %d", seed).isBetween(0, cut.length);
			}
		}
	}

	private static void assertNoFormat(Class<? extends Record> type, String message) {
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(type)).withMessage(message);
	}

	private static void assertBad(ThrowingCallable call, String field, int offset, String problem) {
		assertThatExceptionOfType(FieldException.class).isThrownBy(call).satisfies((ex) -> {
			assertThat(ex).hasMessage("%s at offset %d: %s", field, offset, problem);
			assertThat(ex.field()).isEqualTo(field);
			assertThat(ex.offset()).isEqualTo(offset);
		});
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits);
	}

	record Packet(Header header, @LengthPrefixed(2) String name, @Counted(2) List<Item> items, @Rest byte[] rest) {
	}

	record Header(@Unsigned(2) int magic, int id) {

		Header {
			if (magic != 0xCAFE) {
				throw new IllegalArgumentException("magic is " + magic);
			}
		}

	}

	record Item(@Unsigned(1) int kind, @LengthPrefixed(1) String label) {
	}

	record Matrix(@Counted(1) List<@Counted(1) List<Byte>> rows) {
	}

	record Measured(@LengthPrefixed(1) Item item) {
	}

	record Limits(@LengthPrefixed(value = 4, max = 4) String text,
			@Counted(value = 1, max = 2) List<@Unsigned(1) Integer> numbers) {
	}

	record Greedy(@LengthPrefixed(value = 4, max = Integer.MAX_VALUE) String text,
			@Counted(value = 4, max = Integer.MAX_VALUE) List<@Unsigned(1) Integer> numbers) {
	}

	record Huge(@LengthPrefixed(8) String text) {
	}

	record Ascii(@Rest @Encoding("US-ASCII") String text) {
	}

	record Four(@Fixed(4) byte[] bytes) {
	}

	record Box(Integer value) {
	}

	record NoShape(String text) {
	}

	record NoShapeInside(NoShape inner) {
	}

	record TwoShapes(@Fixed(1) @Rest String text) {
	}

	record NoList(List<Item> list) {
	}

	@SuppressWarnings("rawtypes")
	record RawList(@Rest List list) {
	}

	record AnyList(@Rest List<?> list) {
	}

	record NoType(Thread thread) {
	}

	record NoCharacter(char letter) {
	}

	record Recursive(@Counted(1) List<Recursive> children) {
	}

	record AfterRest(@Rest byte[] rest, int after) {
	}

	record PaddedRest(@Padding(after = 1) @Rest byte[] rest) {
	}

	record RestInList(@Counted(1) List<@Rest String> list) {
	}

	record NothingInList(@Counted(1) List<Nothing> list) {
	}

	record Nothing() {
	}

	record NineBytes(@Unsigned(9) long value) {
	}

	record NinePrefix(@LengthPrefixed(9) String text) {
	}

	record NoBytes(@Fixed(0) String text) {
	}

	record TextNumber(@Signed(4) String text) {
	}

	record BothOrders(@BigEndian @LittleEndian int value) {
	}

	record NegativePadding(@Padding(before = -1) int value) {
	}

	record NegativeMax(@LengthPrefixed(value = 1, max = -1) String text) {
	}

	record TooLarge(@Fixed(2_000_000_000) byte[] one, @Fixed(2_000_000_000) byte[] two) {
	}

	record NoCharset(@Rest @Encoding("KLINGON") String text) {
	}

}
