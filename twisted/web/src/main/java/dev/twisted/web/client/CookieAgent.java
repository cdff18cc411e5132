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

	/** What stands before cookies of RFC 2965. */
	private static final String VERSION = "$Version";

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
		Headers sent = headers.copy();
		try {
			if (!headers.hasHeader("Cookie")) {
				this.cookieJar.get(URI.create(uri), Map.of())
					.forEach((name, values) -> values.forEach((value) -> addCookies(sent, name, value)));
			}
		}
		catch (IOException | IllegalArgumentException ex) {
			return Deferred.fail(ex);
		}
		return this.agent.request(method, uri, sent, bodyProducer).doOnCallback(this::keepCookies);
	}

	/** They belong to who has sent them, which may be where redirects have led to. */
	private void keepCookies(Response response) throws IOException {
		this.cookieJar.put(URI.create(response.request().absoluteURI()),
				Map.of("Set-Cookie", response.headers().getRawHeaders("Set-Cookie")));
	}

	/** All of them in one field (RFC 6265, section 5.4). */
	private static void addCookies(Headers headers, String name, String value) {
		if (!value.startsWith(VERSION)) {
			String cookie = plain(value);
			String present = headers.getRawHeader(name);
			headers.setRawHeaders(name, List.of((present != null) ? present + "; " + cookie : cookie));
		}
	}

	/**
	 * Java's jar writes a cookie that has a Max-Age as RFC 2965 would have it, with the
	 * value in quotes and its attributes, which servers take for something else.
	 */
	private static String plain(String cookie) {
		int attributes = cookie.indexOf(";$");
		return (attributes > 0) ? cookie.substring(0, attributes).replaceFirst("=\"(.*)\"$", "=$1") : cookie;
	}

}
