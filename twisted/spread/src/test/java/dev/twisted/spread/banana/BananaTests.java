package dev.twisted.spread.banana;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

class BananaTests {

	private static final int MAX_DEPTH = 8;

	private static final int MAX_SIZE = 2_000_000;

	private final BananaDecoder decoder = new BananaDecoder(MAX_DEPTH, MAX_SIZE);

	BananaTests() {
		this.decoder.setDialect(Dialect.PB);
	}

	@ParameterizedTest
	@CsvSource({ "00 81, 0", "01 81, 1", "7f 81, 127", "00 01 81, 128", "2c 02 81, 300", "01 83, -1", "2c 02 83, -300",
			"7f 7f 7f 7f 07 81, 2147483647", "00 00 00 00 08 85, 2147483648", "00 00 00 00 08 83, -2147483648",
			"01 00 00 00 08 86, -2147483649", "7f 7f 7f 7f 7f 7f 7f 7f 7f 85, 9223372036854775807",
			"00 00 00 00 00 00 00 00 00 01 86, -9223372036854775808",
			"00 00 00 00 00 00 00 00 00 02 85, 18446744073709551616",
			"00 00 00 00 00 00 00 00 00 02 86, -18446744073709551616" })
	void aNumberIsWrittenAndReadAsPythonDoes(String hex, BigInteger number) throws BananaException {
		Number smallest = (number.bitLength() < 32) ? (Number) number.intValue()
				: (number.bitLength() < 64) ? (Number) number.longValue() : number;
		assertThat(hex(number)).isEqualTo(hex);
		assertThat(hex(smallest)).isEqualTo(hex);
		assertThat(decode(hex)).containsExactly(smallest);
	}

	@Test
	void aNumberMayHave448BitsAndNoMore() throws BananaException {
		BigInteger largest = BigInteger.TWO.pow(448).subtract(BigInteger.ONE);
		assertThat(decode(hex(largest))).containsExactly(largest);
		assertThat(decode(hex(largest.negate()))).containsExactly(largest.negate());
		assertThatExceptionOfType(BananaException.class).isThrownBy(() -> hex(BigInteger.TWO.pow(448)))
			.withMessageContaining("449 bits");
	}

	@Test
	void anyTypeOfNumberMayHaveAnyMagnitude() throws BananaException {
		assertThat(decode("05 85 05 86 00 00 00 00 00 02 81")).containsExactly(5, -5, 2L << 35);
		assertThat(decode("81")).containsExactly(0);
	}

	@Test
	void wordsHaveNumbersInTheDialectPbOnly() throws BananaException {
		ByteBuf output = Unpooled.buffer();
		BananaEncoder.encode(List.of(Bytes.utf8("list"), "list", Bytes.utf8("lists")), Dialect.NONE, output);
		assertThat(hex(output)).isEqualTo("03 80 04 82 6c 69 73 74 04 82 6c 69 73 74 05 82 6c 69 73 74 73");
		assertThat(hex(List.of(Bytes.utf8("list"), "list", Bytes.utf8("lists"))))
			.isEqualTo("03 80 08 87 08 87 05 82 6c 69 73 74 73");
		assertThat(decode("08 87")).containsExactly(Bytes.utf8("list"));
		BananaDecoder plain = new BananaDecoder(MAX_DEPTH, MAX_SIZE);
		assertThatThrownBy(() -> decode(plain, "08 87")).isInstanceOf(BananaException.class);
		plain.setDialect(Dialect.NONE);
		assertThatThrownBy(() -> decode(plain, "08 87")).isInstanceOf(BananaException.class);
	}

	@ParameterizedTest
	@ValueSource(strings = { "00 87", "20 87", "7f 7f 7f 7f 7f 7f 7f 7f 7f 7f 87" })
	void aWordThatThereIsNotIsRefused(String hex) {
		assertThatThrownBy(() -> decode(hex)).isInstanceOf(BananaException.class).hasMessageContaining("word");
	}

	@ParameterizedTest
	@ValueSource(strings = { "01 88", "ff", "01 8f" })
	void aTypeByteThatThereIsNotIsRefused(String hex) {
		assertThatThrownBy(() -> decode(hex)).isInstanceOf(BananaException.class).hasMessageContaining("no type");
	}

	@Test
	void sixtyFourDigitsAreReadAndSixtyFiveAreRefusedEvenWithoutATypeByte() throws BananaException {
		assertThat(decode("01 " + "00 ".repeat(63) + "81")).containsExactly(1);
		assertThatThrownBy(() -> decode("00 ".repeat(65))).isInstanceOf(BananaException.class)
			.hasMessageContaining("64 digits");
	}

	@Test
	void aStringOf655360BytesIsReadAndOneMoreIsRefusedBeforeItsBytesCome() throws BananaException {
		assertThat(decode("00 00 28 82" + " 78".repeat(655_360))).hasSize(1);
		assertThatThrownBy(() -> decode("01 00 28 82")).isInstanceOf(BananaException.class)
			.hasMessageContaining("string");
		assertThatThrownBy(() -> hex("x".repeat(655_361))).isInstanceOf(BananaException.class);
	}

	@Test
	void aListOfTwoToThe31ElementsIsRefused() {
		assertThatThrownBy(() -> decode("00 00 00 00 08 80")).isInstanceOf(BananaException.class)
			.hasMessageContaining("list");
		assertThatThrownBy(() -> decode("00 ".repeat(40) + "01 80")).isInstanceOf(BananaException.class);
	}

	@Test
	void listsThatAreNestedTooDeepAreRefused() throws BananaException {
		assertThat(decode("01 80 ".repeat(MAX_DEPTH) + "01 81")).hasSize(1);
		assertThatThrownBy(() -> decode("01 80 ".repeat(MAX_DEPTH + 1))).isInstanceOf(BananaException.class)
			.hasMessageContaining("nested");
	}

	@Test
	void anExpressionWithTooManyBytesIsRefusedBeforeTheyHaveCome() {
		BananaDecoder small = new BananaDecoder(MAX_DEPTH, 100);
		assertThatThrownBy(() -> decode(small, "02 80 28 82 " + "78 ".repeat(40) + "64 82"))
			.isInstanceOf(BananaException.class)
			.hasMessageContaining("100 bytes");
	}

	@Test
	void theLimitOfBytesHoldsForEachExpressionOnItsOwn() throws BananaException {
		BananaDecoder small = new BananaDecoder(MAX_DEPTH, 50);
		String string = "28 82" + " 78".repeat(40) + " ";
		assertThat(decode(small, string.repeat(10))).hasSize(10);
	}

	@Test
	void expressionsAreTheSameHoweverTheyAreCut() throws BananaException {
		byte[] stream = bytes(
				"03 80 02 80 01 81 02 82 68 69 84 3f f8 00 00 00 00 00 00 00 80 07 82 75 6e 69 63 6f 64 65");
		List<Object> expected = List.of(List.of(List.of(1, Bytes.utf8("hi")), 1.5, List.of()), Bytes.utf8("unicode"));
		for (int size = 1; size <= stream.length; size++) {
			BananaDecoder fresh = new BananaDecoder(MAX_DEPTH, MAX_SIZE);
			List<Object> expressions = new ArrayList<>();
			for (int from = 0; from < stream.length; from += size) {
				expressions
					.addAll(decode(fresh, Unpooled.wrappedBuffer(stream, from, Math.min(size, stream.length - from))));
			}
			assertThat(expressions).isEqualTo(expected);
			assertThat(fresh.insideExpression()).isFalse();
		}
	}

	@Test
	void halfACharacterIsNotSentAsAnotherOne() {
		assertThatThrownBy(() -> hex("a\uD83D")).isInstanceOf(BananaException.class);
		assertThatThrownBy(() -> hex("\uDE00a")).isInstanceOf(BananaException.class);
	}

	@Test
	void whatCannotBeWrittenLeavesNothingBehind() {
		ByteBuf output = Unpooled.buffer().writeByte(1);
		assertThatThrownBy(() -> BananaEncoder.encode(List.of(1, new Object()), Dialect.PB, output))
			.isInstanceOf(BananaException.class);
		assertThat(output.readableBytes()).isEqualTo(1);
	}

	@Test
	void bytesThatAreNotUtf8AreNoText() throws BananaException {
		assertThat(Bytes.utf8("\uFFFD").decode()).isEqualTo("\uFFFD");
		assertThatThrownBy(() -> Bytes.of(new byte[] { (byte) 0xC3 }).decode()).isInstanceOf(BananaException.class);
	}

	private List<Object> decode(String hex) throws BananaException {
		return decode(this.decoder, hex);
	}

	private static List<Object> decode(BananaDecoder decoder, String hex) throws BananaException {
		return decode(decoder, Unpooled.wrappedBuffer(bytes(hex)));
	}

	private static List<Object> decode(BananaDecoder decoder, ByteBuf data) throws BananaException {
		List<Object> expressions = new ArrayList<>();
		ByteBuf input = decoder.receive(data);
		Object expression;
		while ((expression = decoder.next(input)) != null) {
			expressions.add(expression);
		}
		decoder.keep(input);
		return expressions;
	}

	private static byte[] bytes(String hex) {
		return HexFormat.of().parseHex(hex.replace(" ", ""));
	}

	private static String hex(Object expression) throws BananaException {
		ByteBuf output = Unpooled.buffer();
		BananaEncoder.encode(expression, Dialect.PB, output);
		return hex(output);
	}

	private static String hex(ByteBuf output) {
		return HexFormat.ofDelimiter(" ").formatHex(output.array(), 0, output.readableBytes());
	}

}
