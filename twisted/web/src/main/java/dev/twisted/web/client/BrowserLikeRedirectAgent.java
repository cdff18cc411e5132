package dev.twisted.web.client;

import java.util.List;
import java.util.Set;

/**
 * Follows redirects as browsers do: 301, 302, 303 and 308 turn any request into a GET.
 * Follows Twisted's {@code BrowserLikeRedirectAgent}.
 */
public final class BrowserLikeRedirectAgent extends RedirectAgent {

	private static final Set<Integer> KEEPING = Set.of(307);

	private static final Set<Integer> BECOMING_GET = Set.of(301, 302, 303, 308);

	/**
	 * Follow twenty redirects at most.
	 * @param agent makes the requests
	 */
	public BrowserLikeRedirectAgent(HTTPAgent agent) {
		super(agent);
	}

	/**
	 * Follow redirects.
	 * @param agent makes the requests
	 * @param redirectLimit how many to follow at most
	 * @param sensitiveHeaders further headers that are not for another origin
	 */
	public BrowserLikeRedirectAgent(HTTPAgent agent, int redirectLimit, List<String> sensitiveHeaders) {
		super(agent, redirectLimit, sensitiveHeaders);
	}

	@Override
	Set<Integer> keepingMethod() {
		return KEEPING;
	}

	@Override
	boolean becomesGet(int status) {
		return BECOMING_GET.contains(status);
	}

}
