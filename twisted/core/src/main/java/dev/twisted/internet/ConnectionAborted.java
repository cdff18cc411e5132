package dev.twisted.internet;

import dev.twisted.defer.Failure;

/**
 * The connection was aborted by this side.
 */
public final class ConnectionAborted extends ConnectionClosed {

	private static final long serialVersionUID = 1L;

	/** The reason that every abort has. */
	public static final Failure FAILURE = new Failure(new ConnectionAborted());

	/**
	 * Make the reason.
	 */
	public ConnectionAborted() {
		super("Connection was aborted locally.", null);
	}

}
