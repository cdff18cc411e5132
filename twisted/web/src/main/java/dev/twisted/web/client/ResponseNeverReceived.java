package dev.twisted.web.client;

import java.util.List;

import dev.twisted.defer.Failure;

/**
 * The connection was lost before there was a response.
 */
public final class ResponseNeverReceived extends ResponseFailed {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param reasons why
	 */
	public ResponseNeverReceived(List<Failure> reasons) {
		super("No response was received", reasons, null);
	}

}
