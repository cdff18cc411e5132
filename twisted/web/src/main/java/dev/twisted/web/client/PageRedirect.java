package dev.twisted.web.client;

/**
 * A redirect is not followed, since its request was no GET and no HEAD.
 */
public final class PageRedirect extends WebException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param response the redirect
	 * @param location where it leads, as far as that is known
	 */
	public PageRedirect(Response response, String location) {
		super("The page is elsewhere", response, location);
	}

}
