package dev.twisted.web.client;

/**
 * A redirect does not say where to, or nowhere that can be reached.
 */
public final class RedirectWithNoLocation extends WebException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param response the redirect
	 * @param location where it leads, as far as that is known
	 */
	public RedirectWithNoLocation(Response response, String location) {
		super("A redirect leads nowhere", response, location);
	}

}
