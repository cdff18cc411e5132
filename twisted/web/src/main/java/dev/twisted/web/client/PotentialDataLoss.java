package dev.twisted.web.client;

import dev.twisted.defer.Failure;

/**
 * The end of a response was only told by the end of its connection: whether something is
 * missing cannot be known.
 */
public final class PotentialDataLoss extends RuntimeException {

	private static final long serialVersionUID = 1L;

	/** The reason that every such response has. */
	public static final Failure FAILURE = new Failure(new PotentialDataLoss());

	/**
	 * Make the reason.
	 */
	public PotentialDataLoss() {
		super("Nothing but the end of the connection tells that the response is complete.", null, true, false);
	}

}
