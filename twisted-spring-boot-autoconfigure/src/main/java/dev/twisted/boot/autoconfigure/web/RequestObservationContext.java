package dev.twisted.boot.autoconfigure.web;

import dev.twisted.web.Headers;
import dev.twisted.web.client.Response;
import io.micrometer.observation.transport.RequestReplySenderContext;

/**
 * A request that is observed.
 */
final class RequestObservationContext extends RequestReplySenderContext<Headers, Response> {

	private final String method;

	private final String uri;

	private final Headers headers;

	RequestObservationContext(String method, String uri, Headers headers) {
		super((carrier, key, value) -> {
			if (carrier != null) {
				carrier.setRawHeader(key, value);
			}
		});
		this.method = method;
		this.uri = uri;
		this.headers = headers;
		setCarrier(headers);
	}

	String method() {
		return this.method;
	}

	String uri() {
		return this.uri;
	}

	Headers headers() {
		return this.headers;
	}

}
