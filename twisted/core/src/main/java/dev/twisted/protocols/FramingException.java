package dev.twisted.protocols;

/**
 * The peer has sent what is no frame of its protocol. It closes the connection and is the
 * reason that {@code connectionLost} gets; it is no error of this program and not logged
 * as one, so it carries no stack. Thrown by a receiver, and by user code that finds a
 * frame to be wrong.
 */
public class FramingException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is wrong with what the peer has sent
	 */
	public FramingException(String message) {
		super(message, null, false, false);
	}

}
