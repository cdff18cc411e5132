package dev.twisted.boot.autoconfigure.web;

import java.net.URI;
import java.util.Set;

import dev.twisted.defer.CancelledException;
import dev.twisted.web.client.Response;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import org.jspecify.annotations.Nullable;

/**
 * Names requests as Spring's own HTTP clients do, so that they count together. The URI is
 * no tag, since there are as many as there are requests.
 */
final class RequestObservationConvention implements ObservationConvention<RequestObservationContext> {

	private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS",
			"TRACE");

	private final String name;

	RequestObservationConvention(String name) {
		this.name = name;
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public String getContextualName(RequestObservationContext context) {
		return "http " + method(context).toLowerCase(java.util.Locale.ROOT);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof RequestObservationContext;
	}

	@Override
	public KeyValues getLowCardinalityKeyValues(RequestObservationContext context) {
		Throwable error = context.getError();
		return KeyValues.of(KeyValue.of("method", method(context)), KeyValue.of("uri", "none"),
				KeyValue.of("status", status(context)), KeyValue.of("outcome", outcome(context.getResponse())),
				KeyValue.of("exception", (error != null) ? error.getClass().getSimpleName() : "none"),
				KeyValue.of("client.name", host(context)));
	}

	@Override
	public KeyValues getHighCardinalityKeyValues(RequestObservationContext context) {
		return KeyValues.of("http.url", context.uri());
	}

	private static String method(RequestObservationContext context) {
		return METHODS.contains(context.method()) ? context.method() : "none";
	}

	private static String status(RequestObservationContext context) {
		Response response = context.getResponse();
		if (response != null) {
			return Integer.toString(response.code());
		}
		return (context.getError() instanceof CancelledException) ? "CANCELLED" : "CLIENT_ERROR";
	}

	private static String outcome(@Nullable Response response) {
		if (response == null) {
			return "UNKNOWN";
		}
		return switch (response.code() / 100) {
			case 1 -> "INFORMATIONAL";
			case 2 -> "SUCCESS";
			case 3 -> "REDIRECTION";
			case 4 -> "CLIENT_ERROR";
			case 5 -> "SERVER_ERROR";
			default -> "UNKNOWN";
		};
	}

	private static String host(RequestObservationContext context) {
		try {
			String host = URI.create(context.uri()).getHost();
			return (host != null) ? host : "none";
		}
		catch (IllegalArgumentException ex) {
			return "none";
		}
	}

}
