package dev.twisted.web.client;

/**
 * The body of a response is not the JSON that was expected, which its status may explain.
 * What is wrong with it is the cause.
 */
public final class UnreadableResponse extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	UnreadableResponse(Response response, Class<?> type, Throwable cause) {
		super("The response to %s %s, with status %d, cannot be read as %s: %s".formatted(response.request().method(),
				response.request().absoluteURI(), response.code(), type.getTypeName(), cause.getMessage()), cause);
		this.status = response.code();
	}

	/**
	 * The status of the response.
	 * @return such as 503
	 */
	public int status() {
		return this.status;
	}

}
