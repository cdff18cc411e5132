package dev.twisted.spread.banana;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * The words that have numbers in the dialect {@code pb}, and those that come so often
 * that one object stands for all of each.
 */
final class Vocabulary {

	private static final List<Bytes> WORDS = Stream
		.of("None", "class", "dereference", "reference", "dictionary", "function", "instance", "list", "module",
				"persistent", "tuple", "unpersistable", "copy", "cache", "cached", "remote", "local", "lcache",
				"version", "login", "password", "challenge", "logged_in", "not_logged_in", "cachemessage", "message",
				"answer", "error", "decref", "decache", "uncache")
		.map(Bytes::utf8)
		.toList();

	private static final List<Bytes> SPELT_OUT = Stream
		.of("unicode", "boolean", "true", "false", "set", "frozenset", "decimal", "datetime", "date", "time",
				"timedelta", "root", "pb", "none")
		.map(Bytes::utf8)
		.toList();

	/** No word is longer. */
	private static final int LONGEST = 13;

	private static final int BUCKETS = 256;

	private static final Map<Bytes, Integer> NUMBERS = new HashMap<>();

	private static final Map<String, Integer> NUMBERS_OF_TEXT = new HashMap<>();

	private static final Bytes[][] COMMON = new Bytes[BUCKETS][];

	static {
		for (int i = 0; i < WORDS.size(); i++) {
			NUMBERS.put(WORDS.get(i), i + 1);
			NUMBERS_OF_TEXT.put(new String(WORDS.get(i).array(), StandardCharsets.US_ASCII), i + 1);
		}
		Stream.concat(WORDS.stream(), SPELT_OUT.stream()).forEach((word) -> {
			byte[] value = word.array();
			int bucket = bucket(value.length, value[0], value[value.length - 1]);
			Bytes[] present = Objects.requireNonNullElse(COMMON[bucket], new Bytes[0]);
			COMMON[bucket] = Stream.concat(Stream.of(present), Stream.of(word)).toArray(Bytes[]::new);
		});
	}

	private Vocabulary() {
	}

	private static int bucket(int length, byte first, byte last) {
		return (length * 31 + first * 7 + last) & (BUCKETS - 1);
	}

	/** The word with a number, {@code null} if there is none. */
	static @Nullable Bytes word(long number) {
		return (number >= 1 && number <= WORDS.size()) ? WORDS.get((int) number - 1) : null;
	}

	/** The number of a word, 0 if it has none. */
	static int number(Bytes word) {
		return (word.length() <= LONGEST) ? NUMBERS.getOrDefault(word, 0) : 0;
	}

	/** The number of a word, 0 if it has none: it is a word, whoever uses it. */
	static int number(String word) {
		return (word.length() <= LONGEST) ? NUMBERS_OF_TEXT.getOrDefault(word, 0) : 0;
	}

	/** Read a string; one that comes often is not made again. */
	static Bytes read(ByteBuf input, int index, int length) {
		if (length > 1 && length <= LONGEST) {
			Bytes[] candidates = COMMON[bucket(length, input.getByte(index), input.getByte(index + length - 1))];
			if (candidates != null) {
				for (Bytes word : candidates) {
					if (matches(word.array(), input, index, length)) {
						return word;
					}
				}
			}
		}
		byte[] value = new byte[length];
		input.getBytes(index, value);
		return Bytes.of(value);
	}

	private static boolean matches(byte[] word, ByteBuf input, int index, int length) {
		if (word.length != length) {
			return false;
		}
		for (int i = 0; i < length; i++) {
			if (word[i] != input.getByte(index + i)) {
				return false;
			}
		}
		return true;
	}

}
