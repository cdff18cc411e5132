package dev.twisted.interop;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

import dev.twisted.struct.Struct;
import dev.twisted.struct.StructException;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * CPython's own struct module is asked for its opinion on random formats and values. The
 * seed is another one each time; the system property {@code struct.seed} repeats a run.
 */
class PythonStructTests {

	private static final int CASES = 5000;

	private static final HexFormat HEX = HexFormat.of();

	@Test
	void randomFormatsAndValuesGiveWhatPythonGivesAndFailWherePythonFails() {
		PythonPeer.requireTwisted();
		long seed = Long.getLong("struct.seed", System.nanoTime());
		List<String> differences = new ArrayList<>();
		Map<String, Integer> successes = new TreeMap<>();
		Map<String, Integer> failures = new TreeMap<>();
		try (PythonPeer peer = PythonPeer.start("struct_cases.py", seed, CASES)) {
			for (String line : peer.lines()) {
				String[] fields = line.split("\t", -1);
				String expected = fields[fields.length - 1];
				String actual = attempt(fields);
				if (!agree(expected, actual)) {
					differences.add("%s%n  Python: %s%n  Java:   %s".formatted(describe(fields), expected, actual));
				}
				(expected.startsWith("!") ? failures : successes).merge(fields[0], 1, Integer::sum);
			}
		}
		assertThat(differences).as("differences with -Dstruct.seed=%d", seed).isEmpty();
		assertThat(successes).as("what Python did").hasSize(6).allSatisfy((call, number) -> assertEnough(number));
		assertThat(failures).as("what Python did not do").hasSize(6).allSatisfy((call, number) -> assertSome(number));
	}

	private static void assertEnough(int number) {
		assertThat(number).isGreaterThan(CASES / 3);
	}

	private static void assertSome(int number) {
		assertThat(number).isGreaterThan(CASES / 50);
	}

	private static String attempt(String[] fields) {
		String format = new String(HEX.parseHex(fields[1]), StandardCharsets.UTF_8);
		return switch (fields[0]) {
			case "calcsize" -> attempt(() -> String.valueOf(Struct.calcsize(format)));
			case "pack" -> attempt(() -> HEX.formatHex(Struct.pack(format, values(fields[2]))));
			case "unpack" -> attempt(() -> show(Struct.unpack(format, HEX.parseHex(fields[2]))));
			case "unpack_from" ->
				attempt(() -> show(Struct.unpackFrom(format, HEX.parseHex(fields[2]), Integer.parseInt(fields[3]))));
			case "pack_into" -> attempt(() -> {
				byte[] buffer = HEX.parseHex(fields[2]);
				Struct.packInto(format, buffer, Integer.parseInt(fields[3]), values(fields[4]));
				return HEX.formatHex(buffer);
			});
			case "iter_unpack" -> attempt(
					() -> StreamSupport.stream(Struct.iterUnpack(format, HEX.parseHex(fields[2])).spliterator(), false)
						.map(PythonStructTests::show)
						.collect(Collectors.joining(",")));
			default -> throw new IllegalArgumentException(Arrays.toString(fields));
		};
	}

	private static String attempt(Callable<String> call) {
		try {
			return "=" + call.call();
		}
		catch (StructException ex) {
			return "!" + ex.getMessage();
		}
		catch (Exception ex) {
			return "?" + ex;
		}
	}

	/**
	 * Errors have to say the same, if not always in the same words: Python's depend on
	 * the platform and on whether the number fits a C long, and it has another kind of
	 * error for a format that is no ASCII.
	 */
	private static boolean agree(String expected, String actual) {
		if (expected.equals("!argument out of range") || expected.equals("!int too large to convert")) {
			return actual.contains("format requires") || actual.startsWith("!float too large to pack");
		}
		if (expected.contains("format requires")) {
			return actual.contains(expected.substring(expected.indexOf("format requires")));
		}
		if (expected.startsWith("!'ascii' codec") || expected.equals("!embedded null character")) {
			return actual.startsWith("!bad char in struct format") || actual.startsWith("!total struct size too long");
		}
		return expected.startsWith("!") ? actual.startsWith(expected) : actual.equals(expected);
	}

	private static String describe(String[] fields) {
		String format = new String(HEX.parseHex(fields[1]), StandardCharsets.UTF_8);
		return "%s(\"%s\") %s".formatted(fields[0], format,
				String.join(" ", Arrays.asList(fields).subList(2, fields.length - 1)));
	}

	private static Object[] values(String text) {
		return text.isEmpty() ? new Object[0] : Arrays.stream(text.split(" ")).map(PythonStructTests::value).toArray();
	}

	private static Object value(String text) {
		String rest = text.substring(1);
		return switch (text.charAt(0)) {
			case 'b' -> rest.equals("1");
			case 'i' -> integer(new BigInteger(rest));
			case 'd' -> rest.equals("nan") ? Double.NaN : Double.longBitsToDouble(Long.parseUnsignedLong(rest, 16));
			case 'y' -> HEX.parseHex(rest);
			case 'u' -> new String(HEX.parseHex(rest), StandardCharsets.UTF_8);
			default -> throw new IllegalArgumentException(text);
		};
	}

	/**
	 * The smallest type that holds it: they all have to do.
	 */
	private static Object integer(BigInteger value) {
		int bits = value.bitLength();
		if (bits < 8) {
			return value.byteValue();
		}
		if (bits < 16) {
			return value.shortValue();
		}
		if (bits < 32) {
			return value.intValue();
		}
		if (bits < 64) {
			return value.longValue();
		}
		return value;
	}

	private static String show(List<Object> values) {
		return values.stream().map(PythonStructTests::show).collect(Collectors.joining(" "));
	}

	private static String show(Object value) {
		if (value instanceof Boolean truth) {
			return truth ? "b1" : "b0";
		}
		if (value instanceof byte[] bytes) {
			return "y" + HEX.formatHex(bytes);
		}
		if (value instanceof Float || value instanceof Double) {
			double number = ((Number) value).doubleValue();
			return Double.isNaN(number) ? "dnan" : "d" + HEX.toHexDigits(Double.doubleToRawLongBits(number));
		}
		return "i" + value;
	}

}
