package dev.twisted.spread.banana;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

import org.jspecify.annotations.Nullable;

/**
 * A string of bytes as a value: two with the same bytes are equal, so it can be the key
 * of a map. Immutable.
 */
public final class Bytes implements Comparable<Bytes> {

	private static final int SHOWN = 60;

	private final byte[] value;

	private int hash;

	/** Its number in the vocabulary, 0 if it has none; -1 if nobody has looked. */
	private int number = -1;

	private Bytes(byte[] value) {
		this.value = value;
	}

	/**
	 * Take an array.
	 * @param value the bytes, which must not be changed afterwards
	 * @return the bytes as a value
	 */
	public static Bytes of(byte[] value) {
		return new Bytes(value);
	}

	/**
	 * Encode text.
	 * @param text the text
	 * @return its bytes in UTF-8
	 */
	public static Bytes utf8(String text) {
		return new Bytes(text.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * How many bytes there are.
	 * @return the number
	 */
	public int length() {
		return this.value.length;
	}

	/**
	 * The bytes as an array.
	 * @return a copy
	 */
	public byte[] toByteArray() {
		return this.value.clone();
	}

	/**
	 * Decode text.
	 * @return the text
	 * @throws BananaException if it is not UTF-8
	 */
	public String decode() throws BananaException {
		String text = new String(this.value, StandardCharsets.UTF_8);
		if (text.indexOf('\uFFFD') >= 0) {
			// There may be one that was meant, so ask somebody who is strict.
			try {
				StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(this.value));
			}
			catch (CharacterCodingException ex) {
				throw new BananaException("Text of %d bytes is not UTF-8".formatted(this.value.length));
			}
		}
		return text;
	}

	/** Its number in the vocabulary, 0 if it has none. */
	int number() {
		int known = this.number;
		if (known < 0) {
			known = Vocabulary.number(this);
			this.number = known;
		}
		return known;
	}

	/** The array itself, for those who only read it. */
	byte[] array() {
		return this.value;
	}

	@Override
	public int compareTo(Bytes other) {
		return Arrays.compareUnsigned(this.value, other.value);
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof Bytes bytes && Arrays.equals(this.value, bytes.value));
	}

	@Override
	public int hashCode() {
		int known = this.hash;
		if (known == 0) {
			known = Arrays.hashCode(this.value);
			this.hash = known;
		}
		return known;
	}

	/**
	 * The bytes as they may be shown to people.
	 * @return the beginning, with what is not printable as hexadecimal digits
	 */
	@Override
	public String toString() {
		StringBuilder text = new StringBuilder("'");
		for (int i = 0; i < Math.min(this.value.length, SHOWN); i++) {
			int octet = this.value[i] & 0xFF;
			if (octet >= ' ' && octet < 0x7F && octet != '\\' && octet != '\'') {
				text.append((char) octet);
			}
			else {
				text.append("\\x%02x".formatted(octet));
			}
		}
		return text.append((this.value.length > SHOWN) ? "...'" : "'").toString();
	}

}
