package dev.twisted.web.client;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Failure;
import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Follows redirects as HTTP means them: those of GET and HEAD, and 303, which turns into
 * a GET. Follows Twisted's {@code RedirectAgent}. Where a redirect leads to another
 * scheme, host or port, credentials are left behind: {@code Authorization},
 * {@code Cookie}, {@code Cookie2}, {@code Proxy-Authorization} and
 * {@code WWW-Authenticate}, and what else one says.
 * <p>
 * What cannot be followed fails with a {@link ResponseFailed} that has the response, and
 * a {@link PageRedirect}, {@link InfiniteRedirection} or {@link RedirectWithNoLocation}
 * as its reason.
 */
public class RedirectAgent implements HTTPAgent {

	/** How many redirects are followed, if nothing else is asked for. */
	public static final int DEFAULT_REDIRECT_LIMIT = 20;

	private static final Set<Integer> REDIRECTS = Set.of(301, 302, 307, 308);

	private static final int SEE_OTHER = 303;

	private static final List<String> CREDENTIALS = List.of("Authorization", "Cookie", "Cookie2", "Proxy-Authorization",
			"WWW-Authenticate");

	private final HTTPAgent agent;

	private final int redirectLimit;

	private final List<String> sensitiveHeaders;

	/**
	 * Follow twenty redirects at most.
	 * @param agent makes the requests
	 */
	public RedirectAgent(HTTPAgent agent) {
		this(agent, DEFAULT_REDIRECT_LIMIT, List.of());
	}

	/**
	 * Follow redirects.
	 * @param agent makes the requests
	 * @param redirectLimit how many to follow at most
	 * @param sensitiveHeaders further headers that are not for another origin
	 */
	public RedirectAgent(HTTPAgent agent, int redirectLimit, List<String> sensitiveHeaders) {
		this.agent = agent;
		this.redirectLimit = redirectLimit;
		this.sensitiveHeaders = List.copyOf(sensitiveHeaders);
	}

	@Override
	public Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer) {
		return this.agent.request(method, uri, headers, bodyProducer)
			.compose((response) -> handle(response, method, uri, headers, 0));
	}

	/**
	 * The statuses that keep the method.
	 */
	Set<Integer> keepingMethod() {
		return REDIRECTS;
	}

	/**
	 * Whether a status turns the request into a GET.
	 */
	boolean becomesGet(int status) {
		return status == SEE_OTHER;
	}

	private Deferred<Response> handle(Response response, String method, String uri, Headers headers, int redirects) {
		boolean get = becomesGet(response.code());
		if (!get && !keepingMethod().contains(response.code())) {
			return Deferred.succeed(response);
		}
		String location = response.headers().getRawHeader("Location");
		if (!get && !method.equals("GET") && !method.equals("HEAD")) {
			return failed(response, new PageRedirect(response, (location != null) ? location : ""));
		}
		if (redirects >= this.redirectLimit) {
			return failed(response, new InfiniteRedirection(response, (location != null) ? location : ""));
		}
		URI next = (location != null) ? resolve(uri, location) : null;
		if (next == null) {
			return failed(response, new RedirectWithNoLocation(response, (location != null) ? location : ""));
		}
		Headers passed = passed(headers, URI.create(uri), next, get);
		String nextMethod = (get && !method.equals("HEAD")) ? "GET" : method;
		discard(response);
		return InheritedDeadline
			.of(response.request(), () -> this.agent.request(nextMethod, next.toString(), passed, null))
			.compose((following) -> {
				following.setPreviousResponse(response);
				// Not the headers as they were: what was left behind once does not come
				// back.
				return handle(following, nextMethod, next.toString(), passed, redirects + 1);
			});
	}

	private Headers passed(Headers headers, URI from, URI to, boolean bodyIsGone) {
		Headers passed = headers.copy();
		if (!sameOrigin(from, to)) {
			CREDENTIALS.forEach(passed::removeHeader);
			this.sensitiveHeaders.forEach(passed::removeHeader);
		}
		if (bodyIsGone) {
			List.of("Content-Type", "Content-Length", "Transfer-Encoding").forEach(passed::removeHeader);
		}
		return passed;
	}

	/** A fragment is kept unless there is a new one (RFC 9110, section 10.2.2). */
	private static @Nullable URI resolve(String uri, String location) {
		try {
			URI from = URI.create(uri);
			// Java would put what is relative right behind a host, and in the place of a
			// path that only gets another query.
			String path = from.getRawPath().isEmpty() ? "/" : from.getRawPath();
			URI to = URI.create("%s://%s%s".formatted(from.getScheme(), from.getRawAuthority(), path))
				.resolve(location.startsWith("?") ? path + ascii(location) : ascii(location));
			return (to.getRawFragment() == null && from.getRawFragment() != null)
					? URI.create(to + "#" + from.getRawFragment()) : to;
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	/** Servers write bytes that cannot stand in a URI, and mean them. */
	private static String ascii(String location) {
		StringBuilder text = new StringBuilder();
		for (int i = 0; i < location.length(); i++) {
			char c = location.charAt(i);
			if (c > ' ' && c < 0x7f) {
				text.append(c);
			}
			else {
				text.append("%%%02X".formatted((int) c));
			}
		}
		return text.toString();
	}

	private static boolean sameOrigin(URI one, URI other) {
		return origin(one).equals(origin(other));
	}

	private static String origin(URI uri) {
		String scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
		int port = (uri.getPort() != -1) ? uri.getPort() : scheme.equals("https") ? 443 : 80;
		return "%s://%s:%d".formatted(scheme, String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT), port);
	}

	/** What a redirect has to say besides is read, so that its connection is free. */
	private static void discard(Response response) {
		Responses.readBody(response).<@Nullable Void>addCallbacks((body) -> null, (failure) -> null);
	}

	private static Deferred<Response> failed(Response response, WebException reason) {
		return Deferred.fail(new ResponseFailed(List.of(new Failure(reason)), response));
	}

}
