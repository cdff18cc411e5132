package dev.twisted.web.client;

import java.util.List;

import dev.twisted.defer.Failure;
import org.jspecify.annotations.Nullable;

/**
 * A response was not received completely, or makes no sense.
 */
public class ResponseFailed extends ReasonsException {

	private static final long serialVersionUID = 1L;

	private final transient @Nullable Response response;

	/**
	 * Make the exception.
	 * @param reasons why
	 * @param response as much of it as is known, {@code null} if nothing is
	 */
	public ResponseFailed(List<Failure> reasons, @Nullable Response response) {
		this("The response failed", reasons, response);
	}

	ResponseFailed(String message, List<Failure> reasons, @Nullable Response response) {
		super(message, reasons);
		this.response = response;
	}

	/**
	 * The response.
	 * @return its status and headers, {@code null} if they are not known
	 */
	public @Nullable Response response() {
		return this.response;
	}

}
