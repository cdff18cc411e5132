package dev.twisted.struct;

import java.lang.invoke.MethodHandles;
import java.math.BigInteger;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIndexOutOfBoundsException;

class RecordFormatTests {

	@Test
	void componentsHaveTheBytesOfTheirTypesInNetworkOrder() {
		assertThatIsEncodedAs(new Plain((byte) -1, (short) 2, 3, 4, 1.5f, -2.5, true),
				"ff" + "0002" + "00000003" + "0000000000000004" + "3fc00000" + "c004000000000000" + "01");
	}

	@Test
	void aRecordMayBeLittleEndianAndAComponentOtherwise() {
		assertThatIsEncodedAs(new Orders(1, 2, new Inherits((short) 3), new Big((short) 4)),
				"01000000" + "00000002" + "0300" + "0004");
	}

	@Test
	void unsignedComponentsOfAnyWidthLoseNothing() {
		assertThatIsEncodedAs(new Unsigneds(255, 65535, 0xFFFFFF, 0xFFFFFFFFL, 0xFFFFFFFFFFFFL,
				new BigInteger("18446744073709551615")), "ff".repeat(1 + 2 + 3 + 4 + 6 + 8));
	}

	@Test
	void signedComponentsOfAnyWidthKeepTheirSign() {
		assertThatIsEncodedAs(new Signeds((byte) -1, -2, -3L, 4, BigInteger.valueOf(-5), -6L),
				"ff" + "fffe" + "fffffd" + "0000000004" + "fb" + "fffffffffffffffa");
	}

	@Test
	void boxesAreAsGoodAsPrimitives() {
		assertThatIsEncodedAs(new Boxes((byte) 1, (short) 2, 3, 4L, 0.5f, 0.25, false),
				"01" + "0002" + "000003" + "00000004" + "3f000000" + "3fd0000000000000" + "00");
	}

	@Test
	void textOfFixedLengthIsFilledUpWithZeros() {
		assertThatIsEncodedAs(new Names("héllo", "abc"), "68c3a96c6c6f00000000" + "616263");
	}

	@Test
	void textIsInTheCharsetOfTheComponentOrOfTheRecord() {
		assertThatIsEncodedAs(new Chinese("中文", "中", new Inner("中")),
				"04" + "d6d0cec4" + "03" + "e4b8ad" + "02" + "d6d0");
	}

	@Test
	void textKeepsWhatLooksLikeAReplacement() {
		assertThatIsEncodedAs(new Text("a\uFFFDb"), "0005" + "61efbfbd62");
	}

	@Test
	void bytesComeBackAsTheyWere() {
		Bytes bytes = RecordFormat.of(Bytes.class).decode(hex("0102" + "03010203" + "ffff"));
		assertThat(bytes.magic()).isEqualTo(hex("0102"));
		assertThat(bytes.body()).isEqualTo(hex("010203"));
		assertThat(bytes.rest()).isEqualTo(hex("ffff"));
		assertThat(RecordFormat.of(Bytes.class).encode(bytes)).isEqualTo(hex("0102" + "03010203" + "ffff"));
	}

	@Test
	void listsAreCountedMeasuredOrGoOnToTheEnd() {
		assertThatIsEncodedAs(
				new Lists(List.of(1, 65535), List.of("a", "bc"), List.of(new Point(1, 2)),
						List.of(new Point(3, 4), new Point(5, 6))),
				"0002" + "0001ffff" + "05" + "0161026263" + "01" + "00010002" + "0003000400050006");
	}

	@Test
	void emptyListsAndTextTakeOnlyTheirPrefixes() {
		assertThatIsEncodedAs(new Lists(List.of(), List.of(), List.of(), List.of()), "0000" + "00" + "00");
		assertThatIsEncodedAs(new Text(""), "0000");
	}

	@Test
	void listsMayHoldListsAndBytes() {
		Deep deep = new Deep(List.of(List.of(1, 2), List.of()), List.of(hex("0102"), hex("0304")));
		byte[] bytes = hex("02" + "020102" + "00" + "02" + "01020304");
		assertThat(RecordFormat.of(Deep.class).encode(deep)).isEqualTo(bytes);
		Deep decoded = RecordFormat.of(Deep.class).decode(bytes);
		assertThat(decoded.numbers()).isEqualTo(deep.numbers());
		assertThat(decoded.ids()).containsExactly(hex("0102"), hex("0304"));
	}

	@Test
	void aDecodedListCannotBeChanged() {
		List<Integer> numbers = RecordFormat.of(Lists.class).decode(hex("0001000100" + "00")).numbers();
		assertThatExceptionOfType(UnsupportedOperationException.class).isThrownBy(() -> numbers.add(1));
	}

	@Test
	void aRecordMayStandBehindItsLength() {
		assertThatIsEncodedAs(new Measured(new Text("ab"), 7), "0004" + "00026162" + "07");
	}

	@Test
	void paddingIsZeroWhenEncodedAndIgnoredWhenDecoded() {
		assertThatIsEncodedAs(new Padded(1, 2), "0000" + "01" + "000000" + "02" + "00000000");
		assertThat(RecordFormat.of(Padded.class).decode(hex("eeee" + "01" + "eeeeee" + "02" + "eeeeeeee")))
			.isEqualTo(new Padded(1, 2));
	}

	@Test
	void paddingOverwritesWhatWasThere() {
		byte[] bytes = hex("ee".repeat(13));
		assertThat(RecordFormat.of(Padded.class).encodeInto(new Padded(1, 2), bytes, 1)).isEqualTo(11);
		assertThat(bytes).isEqualTo(hex("ee" + "0000010000000200000000" + "ee"));
	}

	@Test
	void aRecordWithoutComponentsHasNoBytes() {
		assertThatIsEncodedAs(new Empty(), "");
	}

	@Test
	void manyComponentsAreReadInTheirOrder() {
		assertThatIsEncodedAs(new Many("a", 1, "b", 2, "c", 3, "d", 4, "e", 5),
				"0161" + "01" + "0162" + "02" + "0163" + "03" + "0164" + "04" + "0165" + "05");
	}

	@Test
	void theSizeIsKnownWhereItDoesNotDependOnTheValue() {
		assertThat(RecordFormat.of(Plain.class).size()).hasValue(28);
		assertThat(RecordFormat.of(Names.class).size()).hasValue(13);
		assertThat(RecordFormat.of(Padded.class).size()).hasValue(11);
		assertThat(RecordFormat.of(Empty.class).size()).hasValue(0);
		assertThat(RecordFormat.of(Text.class).size()).isEmpty();
		assertThat(RecordFormat.of(Lists.class).size()).isEmpty();
	}

	@Test
	void decodeFromLeavesWhatFollows() {
		RecordFormat<Point> format = RecordFormat.of(Point.class);
		assertThat(format.decodeFrom(hex("ee00010002ee"), 1)).isEqualTo(new Point(1, 2));
		assertThatIndexOutOfBoundsException().isThrownBy(() -> format.decodeFrom(new byte[4], 5));
		assertThatIndexOutOfBoundsException().isThrownBy(() -> format.decodeFrom(new byte[4], -1));
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void decodeFromABufferMovesItsPositionBehindTheRecord(boolean direct) {
		ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(11) : ByteBuffer.allocate(12).position(1).slice();
		buffer.put(hex("ee" + "00026162" + "00010002" + "ffff")).flip().position(1);
		assertThat(RecordFormat.of(Text.class).decodeFrom(buffer)).isEqualTo(new Text("ab"));
		assertThat(RecordFormat.of(Point.class).decodeFrom(buffer)).isEqualTo(new Point(1, 2));
		assertThatExceptionOfType(FieldException.class)
			.isThrownBy(() -> RecordFormat.of(Point.class).decodeFrom(buffer))
			.withMessage("Point.y at offset 2: needs 2 bytes, and there are 0 bytes");
		assertThat(buffer.remaining()).isEqualTo(2);
	}

	@Test
	void encodeIntoPutsTheRecordWhereItIsToBe() {
		byte[] bytes = new byte[6];
		assertThat(RecordFormat.of(Point.class).encodeInto(new Point(1, 2), bytes, 1)).isEqualTo(4);
		assertThat(RecordFormat.of(Text.class).encodeInto(new Text(""), bytes, 4)).isEqualTo(2);
		assertThat(bytes).isEqualTo(hex("000001000000"));
	}

	@Test
	void encodeIntoWritesNothingWhereThereIsNoRoom() {
		byte[] bytes = new byte[5];
		assertThatIndexOutOfBoundsException()
			.isThrownBy(() -> RecordFormat.of(Point.class).encodeInto(new Point(1, 2), bytes, 2));
		assertThatIndexOutOfBoundsException()
			.isThrownBy(() -> RecordFormat.of(Text.class).encodeInto(new Text("abcd"), bytes, 0));
		assertThat(bytes).isEqualTo(new byte[5]);
	}

	@Test
	void encodeIntoABufferMovesItsPosition() {
		ByteBuffer buffer = ByteBuffer.allocateDirect(9);
		RecordFormat<Point> format = RecordFormat.of(Point.class);
		format.encodeInto(new Point(1, 2), buffer);
		format.encodeInto(new Point(3, 4), buffer);
		assertThat(buffer.position()).isEqualTo(8);
		assertThat(buffer.getLong(0)).isEqualTo(0x0001000200030004L);
		assertThatExceptionOfType(BufferOverflowException.class)
			.isThrownBy(() -> format.encodeInto(new Point(5, 6), buffer));
		assertThat(buffer.position()).isEqualTo(8);
	}

	@Test
	void whatIsEncodedMayBeMuchLongerThanTheFirstRoom() {
		String text = "x".repeat(65535);
		byte[] bytes = RecordFormat.of(Text.class).encode(new Text(text));
		assertThat(bytes).hasSize(65537);
		assertThat(RecordFormat.of(Text.class).decode(bytes)).isEqualTo(new Text(text));
	}

	@Test
	void aRecordOfTheCallersOwnNeedsNoOtherAccess() {
		RecordFormat<Secret> format = RecordFormat.of(Secret.class, MethodHandles.lookup());
		assertThat(format.decode(hex("07"))).isEqualTo(new Secret((byte) 7));
		assertThat(RecordFormat.of(Secret.class).decode(hex("07"))).isEqualTo(new Secret((byte) 7));
	}

	@Test
	void aRecordWithinAMethodIsPossible() {
		record Local(@Unsigned(1) int value) {
		}
		assertThat(RecordFormat.of(Local.class).decode(hex("ff"))).isEqualTo(new Local(255));
	}

	@Test
	void aFormatSaysWhatItIsOf() {
		assertThat(RecordFormat.of(Point.class)).hasToString("RecordFormat(Point)");
		assertThat(RecordFormat.of(Point.class).type()).isEqualTo(Point.class);
	}

	@SuppressWarnings("unchecked")
	private static <T extends Record> void assertThatIsEncodedAs(T value, String digits) {
		RecordFormat<T> format = RecordFormat.of((Class<T>) value.getClass());
		assertThat(HexFormat.of().formatHex(format.encode(value))).isEqualTo(digits);
		assertThat(format.decode(hex(digits))).isEqualTo(value);
		byte[] inside = new byte[digits.length() / 2 + 2];
		Arrays.fill(inside, (byte) 0xEE);
		assertThat(format.encodeInto(value, inside, 1)).isEqualTo(inside.length - 2);
		assertThat(HexFormat.of().formatHex(inside)).isEqualTo("ee" + digits + "ee");
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits);
	}

	record Plain(byte a, short b, int c, long d, float e, double f, boolean g) {
	}

	@LittleEndian
	record Orders(int little, @BigEndian int big, Inherits inherits, Big own) {
	}

	record Inherits(short value) {
	}

	@BigEndian
	record Big(short value) {
	}

	record Unsigneds(@Unsigned(1) int a, @Unsigned(2) int b, @Unsigned(3) int c, @Unsigned(4) long d,
			@Unsigned(6) long e, @Unsigned(8) BigInteger f) {
	}

	record Signeds(@Signed(1) byte a, @Signed(2) int b, @Signed(3) long c, @Signed(5) int d, @Signed(1) BigInteger e,
			@Signed(8) Long f) {
	}

	record Boxes(Byte a, Short b, @Unsigned(3) Integer c, @Unsigned(4) Long d, Float e, Double f, Boolean g) {
	}

	record Names(@Fixed(10) String name, @Fixed(3) String code) {
	}

	@Encoding("GBK")
	record Chinese(@LengthPrefixed(1) String gbk, @LengthPrefixed(1) @Encoding("UTF-8") String utf8, Inner inner) {
	}

	record Inner(@LengthPrefixed(1) String text) {
	}

	record Text(@LengthPrefixed(2) String text) {
	}

	record Bytes(@Fixed(2) byte[] magic, @LengthPrefixed(1) byte[] body, @Rest byte[] rest) {
	}

	record Lists(@Counted(2) List<@Unsigned(2) Integer> numbers,
			@LengthPrefixed(1) List<@LengthPrefixed(1) String> names, @Counted(1) List<Point> points,
			@Rest List<Point> others) {
	}

	record Deep(@Counted(1) List<@Counted(1) List<@Unsigned(1) Integer>> numbers,
			@Counted(1) List<byte @Fixed(2) []> ids) {
	}

	record Point(@Unsigned(2) int x, @Unsigned(2) int y) {
	}

	record Measured(@LengthPrefixed(2) Text text, @Unsigned(1) int after) {
	}

	record Padded(@Padding(before = 2, after = 1) @Unsigned(1) int a,
			@Padding(before = 2, after = 4) @Unsigned(1) int b) {
	}

	record Empty() {
	}

	record Many(@LengthPrefixed(1) String a, byte b, @LengthPrefixed(1) String c, byte d, @LengthPrefixed(1) String e,
			byte f, @LengthPrefixed(1) String g, byte h, @LengthPrefixed(1) String i, byte j) {

		Many(String a, int b, String c, int d, String e, int f, String g, int h, String i, int j) {
			this(a, (byte) b, c, (byte) d, e, (byte) f, g, (byte) h, i, (byte) j);
		}

	}

	private record Secret(byte value) {
	}

}
