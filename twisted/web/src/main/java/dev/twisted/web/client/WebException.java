package dev.twisted.web.client;

/**
 * A response does not lead where it should. Follows the {@code Error} of
 * {@code twisted.web.error}.
 */
public abstract class WebException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final int status;

	private final String location;

	WebException(String message, Response response, String location) {
		super("%s: %d %s%s".formatted(message, response.code(), response.phrase(),
				location.isEmpty() ? "" : " to " + location));
		this.status = response.code();
		this.location = location;
	}

	/**
	 * The status of the response.
	 * @return such as 302
	 */
	public int status() {
		return this.status;
	}

	/**
	 * Where it leads.
	 * @return what the response says; empty if nothing
	 */
	public String location() {
		return this.location;
	}

}
