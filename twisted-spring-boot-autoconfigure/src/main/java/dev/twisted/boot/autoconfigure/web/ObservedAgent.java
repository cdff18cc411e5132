package dev.twisted.boot.autoconfigure.web;

import dev.twisted.defer.Deferred;
import dev.twisted.web.Headers;
import dev.twisted.web.client.BodyProducer;
import dev.twisted.web.client.HTTPAgent;
import dev.twisted.web.client.Response;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import org.jspecify.annotations.Nullable;

/**
 * Observes requests, from which metrics and traces come, and sends the headers that let
 * the server go on with a trace. An observation ends with the headers of the response.
 */
final class ObservedAgent implements HTTPAgent {

	private final HTTPAgent agent;

	private final ObservationRegistry registry;

	private final RequestObservationConvention convention;

	ObservedAgent(HTTPAgent agent, ObservationRegistry registry, RequestObservationConvention convention) {
		this.agent = agent;
		this.registry = registry;
		this.convention = convention;
	}

	@Override
	public Deferred<Response> request(String method, String uri, Headers headers, @Nullable BodyProducer bodyProducer) {
		RequestObservationContext context = new RequestObservationContext(method, uri, headers.copy());
		Observation observation = Observation.createNotStarted(this.convention, () -> context, this.registry).start();
		return this.agent.request(method, uri, context.headers(), bodyProducer).doOnCallback((response) -> {
			context.setResponse(response);
			observation.stop();
		}).doOnErrback((failure) -> observation.error(failure.value()).stop());
	}

}
