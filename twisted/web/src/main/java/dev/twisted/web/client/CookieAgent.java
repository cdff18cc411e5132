package dev.twisted.web.client;

import java.io.IOException;
import java.net.CookieHandler;
import java.net.URI;
import java.util.List;
import java.util.Map;

import dev.twisted.defer.Deferred;
import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * Keeps cookies in a jar and sends them back, unless the request brings a {@code Cookie}
 * header of its own. Follows Twisted's {@code CookieAgent}.
 */
public final class CookieAgent implements HTTPAgent {

	private final HTTPAgent agent;

	private final CookieHandler cookieJar;

	/**
	 * Keep cookies.
	 * @param agent makes the requests
	 * @param cookieJar keeps them, such as a {@link java.net.CookieManager}; used in the
	 * threads that requests are made in and that of the reactor
	 */
	public CookieAgent(HTTPAgent agent, CookieHandler cookieJar) {
		this.agent = agent;
		this.cookieJar = cookieJar;
	}

	@Override
	public Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer) {
		URI target;
		Headers sent = headers.copy();
		try {
			target = URI.create(uri);
			if (!headers.hasHeader("Cookie")) {
				this.cookieJar.get(target, Map.of())
					.forEach((name, values) -> values.forEach((value) -> addCookies(sent, name, value)));
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			return Deferred.fail(ex);
		}
		return this.agent.request(method, uri, sent, bodyProducer)
			.doOnCallback((response) -> this.cookieJar.put(target,
					Map.of("Set-Cookie", response.headers().getRawHeaders("Set-Cookie"))));
	}

	/** All of them in one field (RFC 6265, section 5.4). */
	private static void addCookies(Headers headers, String name, String value) {
		String present = headers.getRawHeader(name);
		headers.setRawHeaders(name, List.of((present != null) ? present + "; " + value : value));
	}

}
