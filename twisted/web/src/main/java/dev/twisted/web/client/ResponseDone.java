package dev.twisted.web.client;

import dev.twisted.defer.Failure;

/**
 * A response has been delivered completely. Not an error, but why the protocol of its
 * body has no connection any more.
 */
public final class ResponseDone extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The reason that every complete response has. */
	public static final Failure FAILURE = new Failure(new ResponseDone());

	/**
	 * Make the reason.
	 */
	public ResponseDone() {
		super("The response is complete.", null, true, false);
	}

}
