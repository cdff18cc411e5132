package dev.twisted.spread.pb;

/**
 * An error that is meant for the peer: it gets the type and the message, and nothing is
 * logged here. Extend it. Follows Twisted's {@code pb.Error}.
 */
public class PBException extends Exception {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what the peer is to be told
	 */
	public PBException(String message) {
		super(message);
	}

}
