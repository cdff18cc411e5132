package dev.twisted.struct;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIndexOutOfBoundsException;

class StructTests {

	/** An Intel or Arm machine with a C compiler of Unix. */
	private static final NativeSizes UNIX = new NativeSizes(8, 8);

	@Test
	void theHeaderOfTheTutorialIsThreeNumbers() {
		Struct header = Struct.of("<iii");
		assertThat(header.size()).isEqualTo(12);
		assertThat(header.pack(1, 24, 101)).isEqualTo(hex("010000001800000065000000"));
		assertThat(header.unpack(hex("010000001800000065000000"))).containsExactly(1, 24, 101);
	}

	@Test
	void theHeaderOfFireflyIsSeventeenBytes() {
		byte[] header = Struct.pack("!sssss3I", ascii("N"), ascii("O"), ascii("T"), ascii("!"), ascii("\1"), 7, 9,
				1001);
		assertThat(header).isEqualTo(hex("4e4f542101" + "00000007" + "00000009" + "000003e9"));
		assertThat(Struct.calcsize("!sssss3I")).isEqualTo(17);
		assertThat(Struct.unpack("!sssss3I", header).subList(5, 8)).containsExactly(7L, 9L, 1001L);
	}

	@ParameterizedTest
	@CsvSource({ "bq, 16", "bi, 8", "qb, 9", "llh0l, 24", "i3sf, 12", "cP, 16", "b?h, 4", "bnN, 24", "b0i, 4", "0ib, 1",
			"=bq, 9", "=l, 4", "=llh0l, 10", "bxh, 4", "be, 4", "bd, 16" })
	void nativeValuesAreAlignedAndStandardOnesAreNot(String format, int size) {
		assertThat(new Struct(format, UNIX).size()).isEqualTo(size);
	}

	@ParameterizedTest
	@CsvSource({ "Linux, 64, 8, 8", "Mac OS X, 64, 8, 8", "Windows 11, 64, 4, 8", "Linux, 32, 4, 4" })
	void thePlatformDecidesOnTheSizeOfALong(String system, String bits, int ofLong, int ofPointer) {
		NativeSizes sizes = NativeSizes.of(system, bits);
		assertThat(new Struct("l", sizes).size()).isEqualTo(ofLong);
		assertThat(new Struct("P", sizes).size()).isEqualTo(ofPointer);
		assertThat(new Struct("=l", sizes).size()).isEqualTo(4);
	}

	@Test
	void thePlatformDecidesOnTheByteOrderOfAFormatThatDoesNot() {
		byte[] expected = ByteBuffer.allocate(4).order(ByteOrder.nativeOrder()).putInt(0x01020304).array();
		assertThat(Struct.pack("i", 0x01020304)).isEqualTo(expected);
		assertThat(Struct.pack("=i", 0x01020304)).isEqualTo(expected);
		assertThat(Struct.pack(">i", 0x01020304)).isEqualTo(hex("01020304"));
		assertThat(Struct.pack("!i", 0x01020304)).isEqualTo(hex("01020304"));
		assertThat(Struct.pack("<i", 0x01020304)).isEqualTo(hex("04030201"));
	}

	@Test
	void theClassOfAValueDependsOnTheFormatAlone() {
		assertThat(classes("<bBhHiIlLqQ")).isEqualTo(List.of(Integer.class, Integer.class, Integer.class, Integer.class,
				Integer.class, Long.class, Integer.class, Long.class, Long.class, BigInteger.class));
		assertThat(classes("<efd?c2s2p")).isEqualTo(List.of(Float.class, Float.class, Double.class, Boolean.class,
				byte[].class, byte[].class, byte[].class));
	}

	@Test
	void unsignedValuesLoseNothing() {
		byte[] ones = hex("ff".repeat(15));
		assertThat(Struct.unpack("<BHIQ", ones)).containsExactly(255, 65535, 4294967295L,
				new BigInteger("18446744073709551615"));
		assertThat(Struct.pack("<BHIQ", 255, 65535, 4294967295L, new BigInteger("18446744073709551615")))
			.isEqualTo(ones);
	}

	@Test
	void stringsAreCutOrFilledUpWithZeros() {
		assertThat(Struct.pack("3s", ascii("abcabc"))).isEqualTo(ascii("abc"));
		assertThat(Struct.pack("5s", ascii("abc"))).isEqualTo(ascii("abc\0\0"));
		assertThat(Struct.unpack("5s", ascii("abc\0\0")).getBytes(0)).isEqualTo(ascii("abc\0\0"));
	}

	@Test
	void pascalStringsTellTheirLength() {
		assertThat(Struct.pack("5p", ascii("abcabc"))).isEqualTo(ascii("\4abca"));
		assertThat(Struct.pack("5p", ascii("ab"))).isEqualTo(ascii("\2ab\0\0"));
		assertThat(Struct.unpack("5p", ascii("\2ab\0\0")).getBytes(0)).isEqualTo(ascii("ab"));
		assertThat(Struct.unpack("3p", ascii("\7ab")).getBytes(0)).isEqualTo(ascii("ab"));
	}

	@Test
	void aPascalStringWithoutRoomIsEmpty() {
		assertThat(Struct.pack("<0pB", ascii("abc"), 7)).isEqualTo(hex("07"));
		assertThat(Struct.unpack("<0pB", hex("07")).getBytes(0)).isEmpty();
	}

	@Test
	void whitespaceMayStandBetweenCharactersButNotBehindACount() {
		assertThat(Struct.calcsize("< i\t2h\n")).isEqualTo(8);
		assertThatStructException(() -> Struct.calcsize("<2 h")).withMessageContaining("bad char in struct format");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			iiz   | bad char in struct format: 'z' at index 2 of "iiz"
			<n    | bad char in struct format: 'n' at index 1 of "<n"
			i<i   | bad char in struct format: '<' at index 1 of "i<i"
			i3    | repeat count given without format specifier in "i3"
			2147483648s | total struct size too long in "2147483648s"
			600000000i  | total struct size too long in "600000000i"
			2147483647s2147483647s | total struct size too long in "2147483647s2147483647s"
			""")
	void aFormatThatIsNoneSaysWhereAndWhy(String format, String message) {
		assertThatStructException(() -> Struct.of(format)).withMessage(message);
	}

	@Test
	void aValueOutOfRangeSaysWhichAndWhatWouldDo() {
		assertThatStructException(() -> Struct.pack("<iB", 1, 256))
			.withMessage("ubyte format requires 0 <= number <= 255, not 256 (value 1)");
		assertThatStructException(() -> Struct.pack("i", 1L << 31))
			.withMessageStartingWith("'i' format requires -2147483648 <= number <= 2147483647");
		assertThatStructException(() -> Struct.pack("Q", -1))
			.withMessageStartingWith("'Q' format requires 0 <= number <= 18446744073709551615");
		assertThatStructException(() -> Struct.pack("q", BigInteger.ONE.shiftLeft(63)))
			.withMessageStartingWith("'q' format requires -9223372036854775808 <= number <= 9223372036854775807");
	}

	@Test
	void aValueOfTheWrongClassSaysWhatIsWanted() {
		assertThatStructException(() -> Struct.pack("i", 1.0))
			.withMessage("required argument is not an integer (value 0)");
		assertThatStructException(() -> Struct.pack("i", (Object) null))
			.withMessageStartingWith("required argument is not an integer");
		assertThatStructException(() -> Struct.pack("f", "1"))
			.withMessageStartingWith("required argument is not a float");
		assertThatStructException(() -> Struct.pack("?", "1"))
			.withMessageStartingWith("required argument is not a boolean");
		assertThatStructException(() -> Struct.pack("3s", "abc"))
			.withMessageStartingWith("argument for 's' must be a bytes object");
		assertThatStructException(() -> Struct.pack("c", ascii("ab")))
			.withMessageStartingWith("char format requires a bytes object of length 1");
	}

	@Test
	void theNumberOfValuesHasToBeThatOfTheFormat() {
		Struct struct = Struct.of("<3i");
		assertThatStructException(() -> struct.pack(1, 2)).withMessage("pack expected 3 items for packing (got 2)");
		assertThatStructException(() -> struct.packInto(new byte[12], 0, 1, 2, 3, 4))
			.withMessage("pack_into expected 3 items for packing (got 4)");
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 11, 13 })
	void theNumberOfBytesHasToBeThatOfTheFormat(int length) {
		assertThatStructException(() -> Struct.unpack("<3i", new byte[length]))
			.withMessage("unpack requires a buffer of 12 bytes, not " + length);
	}

	@Test
	void anInfiniteNumberIsNoError() {
		assertThat(Struct.unpack("<efd",
				Struct.pack("<efd", Double.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY)))
			.containsExactly(Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY);
	}

	@Test
	void packIntoWritesOnlyItsOwnBytes() {
		byte[] buffer = hex("ff".repeat(6));
		Struct.packInto("<bxh", buffer, 1, 1, 2);
		assertThat(buffer).isEqualTo(hex("ff01000200ff"));
	}

	@Test
	void packIntoWritesNothingWhereThereIsNoRoom() {
		byte[] buffer = hex("ff".repeat(6));
		assertThatStructException(() -> Struct.packInto("<ii", buffer, 0, 1, 2))
			.withMessageStartingWith("pack_into requires a buffer of at least 8 bytes");
		assertThat(buffer).isEqualTo(hex("ff".repeat(6)));
	}

	@Test
	void packIntoABufferMovesItsPosition() {
		ByteBuffer buffer = ByteBuffer.allocate(9).position(1);
		Struct.of(">i").packInto(buffer, 1);
		Struct.of(">i").packInto(buffer, 2);
		assertThat(buffer.hasRemaining()).isFalse();
		assertThat(buffer.array()).isEqualTo(hex("000000000100000002"));
		assertThatStructException(() -> Struct.of(">i").packInto(buffer, 3))
			.withMessage("pack_into requires a buffer of 4 bytes, not 0");
	}

	@ParameterizedTest
	@ValueSource(booleans = { true, false })
	void unpackFromABufferMovesItsPosition(boolean direct) {
		ByteBuffer buffer = direct ? ByteBuffer.allocateDirect(11) : ByteBuffer.allocate(12).position(1).slice();
		buffer.put(hex("ff0000000100000002eeee")).flip().position(1);
		Struct struct = Struct.of(">i");
		assertThat(struct.unpackFrom(buffer)).containsExactly(1);
		assertThat(struct.unpackFrom(buffer)).containsExactly(2);
		assertThat(buffer.remaining()).isEqualTo(2);
		assertThatStructException(() -> struct.unpackFrom(buffer))
			.withMessage("unpack_from requires a buffer of 4 bytes, not 2");
		assertThat(buffer.remaining()).isEqualTo(2);
	}

	@Test
	void iterUnpackGoesFromSetToSet() {
		List<List<Object>> sets = new ArrayList<>();
		Struct.iterUnpack(">hb", hex("000102000304")).forEach(sets::add);
		assertThat(sets).containsExactly(List.of(1, 2), List.of(3, 4));
	}

	@Test
	void iterUnpackCanBeIteratedAgainAndEnds() {
		Iterable<Values> sets = Struct.iterUnpack("b", hex("07"));
		for (int i = 0; i < 2; i++) {
			Iterator<Values> iterator = sets.iterator();
			assertThat(iterator.next()).containsExactly(7);
			assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(iterator::next);
		}
	}

	@Test
	void oneIntegerCanBeReadWithoutTheOthers() {
		byte[] bytes = hex("ee" + "4e4f542101" + "00000007" + "fffffff9" + "000003e9");
		Struct struct = Struct.of("!sssss3I");
		assertThat(struct.unpackLong(5, bytes, 1)).isEqualTo(7);
		assertThat(struct.unpackLong(6, bytes, 1)).isEqualTo(0xfffffff9L);
		assertThat(struct.unpackLong(7, bytes, -17)).isEqualTo(1001);
		assertThatStructException(() -> struct.unpackLong(4, bytes, 1)).withMessage("'s' is no integer");
		assertThatStructException(() -> struct.unpackLong(7, bytes, 2))
			.withMessageStartingWith("unpack_from requires a buffer of at least 19 bytes");
		assertThatIndexOutOfBoundsException().isThrownBy(() -> struct.unpackLong(8, bytes, 1));
	}

	@Test
	void formatsThatAreUsedOnceDoNotPileUp() {
		for (int i = 0; i < 10 * StructCache.MAX_SIZE; i++) {
			assertThat(Struct.calcsize(i + "x")).isEqualTo(i);
		}
		assertThat(StructCache.size()).isPositive().isLessThanOrEqualTo(StructCache.MAX_SIZE);
	}

	@Test
	void aValueIsAskedForAsWhatItIs() {
		Values values = Struct.unpack(">iIQd?2s",
				hex("ffffffff" + "ffffffff" + "ffffffffffffffff" + "3ff8000000000000" + "01" + "6162"));
		assertThat(values.getInt(0)).isEqualTo(-1);
		assertThat(values.getLong(1)).isEqualTo(4294967295L);
		assertThat(values.getBigInteger(0)).isEqualTo(-1);
		assertThat(values.getBigInteger(2)).isEqualTo("18446744073709551615");
		assertThat(values.getDouble(3)).isEqualTo(1.5);
		assertThat(values.getBoolean(4)).isTrue();
		assertThat(values.getBytes(5)).isEqualTo(ascii("ab"));
		assertThat(values).hasToString("(-1, 4294967295, 18446744073709551615, 1.5, true, 0x6162)");
	}

	@Test
	void aValueAskedForAsWhatItIsNotIsAnError() {
		Values values = Struct.unpack(">IQd", hex("ff".repeat(20)));
		assertThatStructException(() -> values.getInt(0))
			.withMessage("value 0 is 4294967295, which has no room in an int");
		assertThatStructException(() -> values.getLong(1))
			.withMessage("value 1 is 18446744073709551615, which has no room in a long");
		assertThatStructException(() -> values.getInt(2)).withMessage("value 2 is no integer: NaN");
		assertThatStructException(() -> values.getBoolean(0)).withMessage("value 0 is no boolean: 4294967295");
		assertThatStructException(() -> values.getBytes(0)).withMessage("value 0 is no byte[]: 4294967295");
		assertThatIndexOutOfBoundsException().isThrownBy(() -> values.getInt(3));
	}

	private static List<Object> classes(String format) {
		return Struct.unpack(format, new byte[Struct.calcsize(format)]).stream().<Object>map(Object::getClass).toList();
	}

	private static ThrowableAssertAlternative<StructException> assertThatStructException(ThrowingCallable call) {
		return assertThatExceptionOfType(StructException.class).isThrownBy(call);
	}

	private static byte[] hex(String digits) {
		return HexFormat.of().parseHex(digits);
	}

	private static byte[] ascii(String text) {
		return text.getBytes(StandardCharsets.ISO_8859_1);
	}

}
