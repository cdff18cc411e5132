package dev.twisted.web.client;

/**
 * Redirects lead to more redirects than are followed.
 */
public final class InfiniteRedirection extends WebException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param response the redirect
	 * @param location where it leads, as far as that is known
	 */
	public InfiniteRedirection(Response response, String location) {
		super("There are too many redirects", response, location);
	}

}
