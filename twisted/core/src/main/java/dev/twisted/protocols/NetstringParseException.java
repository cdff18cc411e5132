package dev.twisted.protocols;

/**
 * The peer has sent what is no netstring. Follows Twisted's {@code NetstringParseError}.
 */
public final class NetstringParseException extends FramingException {

	private static final long serialVersionUID = 1L;

	NetstringParseException(String message) {
		super(message);
	}

}
