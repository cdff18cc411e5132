package dev.twisted.protocols;

/**
 * A string is longer than the length in front of it can say; nothing of it was sent.
 * Follows Twisted's {@code StringTooLongError}.
 */
public final class StringTooLongException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	StringTooLongException(long length, long limit) {
		super("A string of %d bytes cannot be sent, the longest has %d".formatted(length, limit));
	}

}
