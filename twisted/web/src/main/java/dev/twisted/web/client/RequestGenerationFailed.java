package dev.twisted.web.client;

import java.util.List;

import dev.twisted.defer.Failure;

/**
 * The body of a request could not be written by its producer.
 */
public final class RequestGenerationFailed extends ReasonsException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param reasons why
	 */
	public RequestGenerationFailed(List<Failure> reasons) {
		super("The body of the request could not be made", reasons);
	}

}
