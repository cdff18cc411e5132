package dev.twisted.spread.pb;

import java.util.List;

import dev.twisted.spread.banana.Dialect;

/**
 * How both sides agree on a dialect: the server offers some, the client picks the first
 * that it knows.
 */
final class Negotiation {

	private Negotiation() {
	}

	/** What a client picks of an offer. */
	static Dialect pick(Object offer) throws ProtocolException {
		if (offer instanceof List<?> words) {
			for (Object word : words) {
				Dialect dialect = Dialect.of(word);
				if (dialect != null) {
					return dialect;
				}
			}
		}
		throw new ProtocolException("The server offers no dialect that is known here");
	}

	/** What a client has picked of our offer. */
	static Dialect picked(Object word) throws ProtocolException {
		Dialect dialect = Dialect.of(word);
		if (dialect == null) {
			throw new ProtocolException("The client has picked a dialect that was not offered");
		}
		return dialect;
	}

}
