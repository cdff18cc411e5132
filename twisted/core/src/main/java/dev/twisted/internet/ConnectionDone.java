package dev.twisted.internet;

import dev.twisted.defer.Failure;

/**
 * The connection was closed cleanly, by either side.
 */
public final class ConnectionDone extends ConnectionClosed {

	private static final long serialVersionUID = 1L;

	/** The reason that every clean close has. */
	public static final Failure FAILURE = new Failure(new ConnectionDone());

	/**
	 * Make the reason.
	 */
	public ConnectionDone() {
		super("Connection was closed cleanly.", null);
	}

}
