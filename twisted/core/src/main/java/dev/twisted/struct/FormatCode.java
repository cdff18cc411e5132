package dev.twisted.struct;

import org.jspecify.annotations.Nullable;

/**
 * A character of the format language.
 *
 * @param letter the character
 * @param kind what its values are
 * @param size the bytes of one value; 1 for strings, whose count is their length
 * @param alignment the multiple of bytes that a value starts at; 1 for any
 */
record FormatCode(char letter, Kind kind, int size, int alignment) {

	/**
	 * Look up a character with the sizes and the alignment of the platform.
	 * @return the code, {@code null} if there is none of that letter
	 */
	static @Nullable FormatCode nativeCode(char letter, NativeSizes sizes) {
		return switch (letter) {
			case 'l' -> aligned(letter, Kind.SIGNED, sizes.ofLong());
			case 'L' -> aligned(letter, Kind.UNSIGNED, sizes.ofLong());
			case 'n' -> aligned(letter, Kind.SIGNED, sizes.ofPointer());
			case 'N' -> aligned(letter, Kind.UNSIGNED, sizes.ofPointer());
			case 'P' -> aligned(letter, Kind.POINTER, sizes.ofPointer());
			default -> aligned(standardCode(letter));
		};
	}

	/**
	 * Look up a character with the sizes that are the same everywhere, not aligned.
	 * @return the code, {@code null} if there is none of that letter
	 */
	static @Nullable FormatCode standardCode(char letter) {
		return switch (letter) {
			case 'x' -> new FormatCode(letter, Kind.PAD, 1, 1);
			case 'c' -> new FormatCode(letter, Kind.CHAR, 1, 1);
			case 'b' -> new FormatCode(letter, Kind.SIGNED, 1, 1);
			case 'B' -> new FormatCode(letter, Kind.UNSIGNED, 1, 1);
			case '?' -> new FormatCode(letter, Kind.BOOLEAN, 1, 1);
			case 'h' -> new FormatCode(letter, Kind.SIGNED, 2, 1);
			case 'H' -> new FormatCode(letter, Kind.UNSIGNED, 2, 1);
			case 'i', 'l' -> new FormatCode(letter, Kind.SIGNED, 4, 1);
			case 'I', 'L' -> new FormatCode(letter, Kind.UNSIGNED, 4, 1);
			case 'q' -> new FormatCode(letter, Kind.SIGNED, 8, 1);
			case 'Q' -> new FormatCode(letter, Kind.UNSIGNED, 8, 1);
			case 'e' -> new FormatCode(letter, Kind.FLOAT, 2, 1);
			case 'f' -> new FormatCode(letter, Kind.FLOAT, 4, 1);
			case 'd' -> new FormatCode(letter, Kind.FLOAT, 8, 1);
			case 's' -> new FormatCode(letter, Kind.STRING, 1, 1);
			case 'p' -> new FormatCode(letter, Kind.PASCAL, 1, 1);
			default -> null;
		};
	}

	/**
	 * Whether a count in front of the letter is the length of one value, not a number of
	 * values.
	 */
	boolean isCountALength() {
		return this.kind == Kind.STRING || this.kind == Kind.PASCAL;
	}

	private static @Nullable FormatCode aligned(@Nullable FormatCode code) {
		if (code == null) {
			return null;
		}
		return aligned(code.letter, code.kind, code.size);
	}

	private static FormatCode aligned(char letter, Kind kind, int size) {
		return new FormatCode(letter, kind, size, size);
	}

}
