package dev.twisted.struct;

import java.math.BigInteger;
import java.util.HexFormat;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

class LayoutTests {

	@Test
	void theHeaderOfTheTutorialIsARecord() {
		RecordFormat<Header> format = RecordFormat.of(Header.class);
		assertThat(format.size()).hasValue(12);
		assertThat(format.decode(hex("010000001800000065000000"))).isEqualTo(new Header(1, 24, 101));
		assertThat(format.encode(new Header(1, 24, 101))).isEqualTo(hex("010000001800000065000000"));
	}

	@Test
	void theHeaderOfFireflyIsARecord() {
		RecordFormat<Firefly> format = RecordFormat.of(Firefly.class);
		assertThat(format.size()).hasValue(17);
		Firefly header = new Firefly("N", "O", "T", "!", (byte) 1, 7, 9, 4000000000L);
		assertThat(format.encode(header)).isEqualTo(hex("4e4f542101" + "00000007" + "00000009" + "ee6b2800"));
		assertThat(format.decode(format.encode(header))).isEqualTo(header);
	}

	@Test
	void everyCharacterFitsAComponent() {
		RecordFormat<Everything> format = RecordFormat.of(Everything.class);
		Everything value = new Everything((byte) 1, "c", (byte) -2, 200, true, (short) -3, 65535, -4, 4294967295L, -5L,
				BigInteger.TWO.pow(64).subtract(BigInteger.ONE), 0.5f, 1.5f, 2.5, "abc", "de");
		byte[] expected = Struct.pack("<ccbB?hHiIqQefd4s4p", hex("01"), hex("63"), -2, 200, true, -3, 65535, -4,
				4294967295L, -5L, BigInteger.TWO.pow(64).subtract(BigInteger.ONE), 0.5f, 1.5f, 2.5, hex("616263"),
				hex("6465"));
		assertThat(format.encode(value)).isEqualTo(expected);
		assertThat(format.decode(expected)).isEqualTo(value);
	}

	@Test
	void paddingAndAlignmentAreThoseOfTheFormat() {
		RecordFormat<Aligned> format = RecordFormat.of(Aligned.class);
		byte[] bytes = Struct.pack("@bxi2xh0q", 1, 2, 3);
		assertThat(format.size()).hasValue(bytes.length);
		assertThat(format.encode(new Aligned(1, 2, 3))).isEqualTo(bytes);
		assertThat(format.decode(bytes)).isEqualTo(new Aligned(1, 2, 3));
	}

	@Test
	void aRecordWithALayoutMayBeInsideAnother() {
		RecordFormat<Outer> format = RecordFormat.of(Outer.class);
		byte[] bytes = hex("0001" + "010000001800000065000000" + "0002");
		assertThat(format.decode(bytes)).isEqualTo(new Outer((short) 1, new Header(1, 24, 101), (short) 2));
		assertThat(format.encode(format.decode(bytes))).isEqualTo(bytes);
	}

	@Test
	void textIsInTheCharsetOfTheComponent() {
		assertThat(RecordFormat.of(Gbk.class).encode(new Gbk("中"))).isEqualTo(hex("d6d00000"));
	}

	@Test
	void aNumberThatTheComponentCannotHoldIsBadData() {
		assertThatExceptionOfType(FieldException.class)
			.isThrownBy(() -> RecordFormat.of(Narrow.class).decode(hex("00000000" + "80000000")))
			.withMessage("Narrow.size at offset 4: 2147483648 has no room in a component of type int");
	}

	@Test
	void textThatHasNoRoomIsNotCut() {
		assertThatExceptionOfType(FieldException.class)
			.isThrownBy(() -> RecordFormat.of(Gbk.class).encode(new Gbk("中中中")))
			.withMessage("Gbk.text at offset 0: takes at most 4 bytes, not 6");
		assertThatExceptionOfType(FieldException.class)
			.isThrownBy(() -> RecordFormat.of(Pascal.class).encode(new Pascal("abcd")))
			.withMessage("Pascal.text at offset 0: takes at most 3 bytes, not 4");
	}

	@Test
	void aPascalStringLongerThanItsRoomIsBadData() {
		assertThatExceptionOfType(FieldException.class)
			.isThrownBy(() -> RecordFormat.of(Pascal.class).decode(hex("04616263")))
			.withMessage("Pascal.text at offset 0: length 4 is above the maximum of 3");
	}

	@Test
	void theFormatHasToHaveAValueForEachComponent() {
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(TooFew.class))
			.withMessage("TooFew: its layout \"<iii\" has 3 values, but it has 2 components");
	}

	@Test
	void aComponentHasToBeOfATypeForItsValue() {
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(WrongText.class))
			.withMessage("WrongText: text: String cannot hold an integer");
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(WrongFloat.class))
			.withMessage("WrongFloat: value: float cannot hold a floating point number of 8 bytes");
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(WrongBytes.class))
			.withMessage("WrongBytes: value: int cannot hold bytes or text");
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(WrongTruth.class))
			.withMessage("WrongTruth: value: int cannot hold a truth value");
	}

	@Test
	void aPascalStringNeedsRoomForItsLength() {
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(NoRoom.class))
			.withMessage("NoRoom: text: a Pascal string without bytes has no room for its length");
		assertThat(RecordFormat.of(OnlyLength.class).encode(new OnlyLength(""))).isEqualTo(hex("00"));
	}

	@Test
	void whatTheFormatSaysCannotBeSaidAgain() {
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(Twice.class))
			.withMessage("Twice: value: @Unsigned has no place in a record with a @Layout");
	}

	@Test
	void anImpossibleFormatSaysWhoseItIs() {
		assertThatIllegalArgumentException().isThrownBy(() -> RecordFormat.of(BadFormat.class))
			.withMessage("BadFormat: bad char in struct format: 'z' at index 1 of \"<z\"");
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits);
	}

	@Layout("<iii")
	record Header(int version, int size, int command) {
	}

	@Layout("!sssss3I")
	record Firefly(String head0, String head1, String head2, String head3, byte protocolVersion, int serverVersion,
			int length, long command) {
	}

	@Layout("<ccbB?hHiIqQefd4s4p")
	record Everything(byte a, String b, byte c, int d, boolean e, short f, int g, int h, long i, Long j, BigInteger k,
			float l, double m, double n, String o, String p) {
	}

	@Layout("@bxi2xh0q")
	record Aligned(int a, int b, int c) {
	}

	record Outer(short before, Header header, short after) {
	}

	@Layout("4s")
	record Gbk(@Encoding("GBK") String text) {
	}

	@Layout("4p")
	record Pascal(String text) {
	}

	@Layout("!II")
	record Narrow(int version, int size) {
	}

	@Layout("<iii")
	record TooFew(int a, int b) {
	}

	@Layout("i")
	record WrongText(String text) {
	}

	@Layout("d")
	record WrongFloat(float value) {
	}

	@Layout("2s")
	record WrongBytes(int value) {
	}

	@Layout("?")
	record WrongTruth(int value) {
	}

	@Layout("<z")
	record BadFormat(int value) {
	}

	@Layout("<i")
	record Twice(@Unsigned(4) int value) {
	}

	@Layout("0p")
	record NoRoom(String text) {
	}

	@Layout("p")
	record OnlyLength(String text) {
	}

}
