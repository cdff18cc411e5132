package dev.twisted.spread.banana;

import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * What two peers agree on before they talk.
 */
public enum Dialect {

	/** The words that Perspective Broker needs often have numbers. */
	PB("pb"),

	/** Everything is spelt out. */
	NONE("none");

	/** What a server offers, the best first. */
	public static final List<Bytes> OFFER = List.of(PB.word(), NONE.word());

	private final String word;

	Dialect(String word) {
		this.word = word;
	}

	/**
	 * The name of the dialect on the wire.
	 * @return the name
	 */
	public Bytes word() {
		return Bytes.utf8(this.word);
	}

	/**
	 * Find a dialect.
	 * @param word its name as it came in, or anything else
	 * @return the dialect, {@code null} if there is none of that name
	 */
	public static @Nullable Dialect of(Object word) {
		for (Dialect dialect : values()) {
			if (dialect.word().equals(word)) {
				return dialect;
			}
		}
		return null;
	}

}
