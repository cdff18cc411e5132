package dev.twisted.web.client;

import java.time.Duration;

import dev.twisted.web.Headers;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for. Follows Twisted's {@code IClientRequest}.
 */
public final class Request {

	private final String method;

	private final String absoluteURI;

	private final Headers headers;

	private final @Nullable Duration deadline;

	/**
	 * Make a request.
	 * @param method such as {@code GET}
	 * @param absoluteURI what is asked for
	 * @param headers as they are given
	 */
	public Request(String method, String absoluteURI, Headers headers) {
		this(method, absoluteURI, headers, null);
	}

	Request(String method, String absoluteURI, Headers headers, @Nullable Duration deadline) {
		this.method = method;
		this.absoluteURI = absoluteURI;
		this.headers = headers;
		this.deadline = deadline;
	}

	/**
	 * The method.
	 * @return such as {@code GET}
	 */
	public String method() {
		return this.method;
	}

	/**
	 * What was asked for.
	 * @return the URI as it was given
	 */
	public String absoluteURI() {
		return this.absoluteURI;
	}

	/**
	 * The headers.
	 * @return as they were given
	 */
	public Headers headers() {
		return this.headers;
	}

	/** When all of it has to be over, on the line of the reactor's time. */
	@Nullable Duration deadline() {
		return this.deadline;
	}

	@Override
	public String toString() {
		return "%s %s".formatted(this.method, this.absoluteURI);
	}

}
