package dev.twisted.struct;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Reads a format: once for a {@link Struct}.
 */
final class FormatParser {

	private final String format;

	private final NativeSizes sizes;

	private final boolean nativeMode;

	private final boolean bigEndian;

	private final List<Item> items = new ArrayList<>();

	private int position;

	private long size;

	private long count;

	FormatParser(String format, NativeSizes sizes) {
		this.format = format;
		this.sizes = sizes;
		char first = format.isEmpty() ? '@' : format.charAt(0);
		boolean prefixed = "@=<>!".indexOf(first) >= 0;
		this.nativeMode = !prefixed || first == '@';
		this.bigEndian = switch (first) {
			case '<' -> false;
			case '>', '!' -> true;
			default -> ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN;
		};
		this.position = (prefixed && !format.isEmpty()) ? 1 : 0;
		parse();
	}

	/**
	 * The values, in order, without padding.
	 */
	Item[] items() {
		return this.items.toArray(Item[]::new);
	}

	/**
	 * How many bytes there are in all.
	 */
	int size() {
		return (int) this.size;
	}

	/**
	 * How many values there are in all.
	 */
	int count() {
		return (int) this.count;
	}

	private void parse() {
		while (this.position < this.format.length()) {
			if (isSpace(this.format.charAt(this.position))) {
				this.position++;
				continue;
			}
			long repeat = count(this.position);
			if (this.position == this.format.length()) {
				throw new StructException(
						"repeat count given without format specifier in \"%s\"".formatted(this.format));
			}
			FormatCode code = code(this.format.charAt(this.position));
			add(code, repeat);
			this.position++;
		}
	}

	private long count(int start) {
		long repeat = 0;
		while (this.position < this.format.length() && isDigit(this.format.charAt(this.position))) {
			repeat = requireSize(repeat * 10 + this.format.charAt(this.position) - '0');
			this.position++;
		}
		return (this.position > start) ? repeat : 1;
	}

	private FormatCode code(char letter) {
		@Nullable FormatCode code = this.nativeMode ? FormatCode.nativeCode(letter, this.sizes) : FormatCode.standardCode(letter);
		if (code == null) {
			throw new StructException("bad char in struct format: '%c' at index %d of \"%s\"".formatted(letter,
					this.position, this.format));
		}
		return code;
	}

	private void add(FormatCode code, long repeat) {
		if (this.nativeMode) {
			this.size = requireSize((this.size + code.alignment() - 1) / code.alignment() * code.alignment());
		}
		long end = requireSize(this.size + repeat * code.size());
		boolean string = code.isCountALength();
		long values = string ? 1 : repeat;
		if (code.kind() != Kind.PAD && values > 0) {
			int width = string ? (int) repeat : code.size();
			this.items.add(new Item(code, (int) this.size, width, (int) values, this.bigEndian, this.nativeMode));
			this.count = requireSize(this.count + values);
		}
		this.size = end;
	}

	private long requireSize(long value) {
		if (value > Integer.MAX_VALUE) {
			throw new StructException("total struct size too long in \"%s\"".formatted(this.format));
		}
		return value;
	}

	private static boolean isDigit(char letter) {
		return letter >= '0' && letter <= '9';
	}

	private static boolean isSpace(char letter) {
		return letter == ' ' || (letter >= '\t' && letter <= '\r');
	}

}
