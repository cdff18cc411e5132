package dev.twisted.boot.autoconfigure.web;

import dev.twisted.web.client.Agent;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the observation of HTTP
 * requests: those of the context's {@link Agent}.
 */
@AutoConfiguration(
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass({ Agent.class, ObservationRegistry.class })
@ConditionalOnBean(ObservationRegistry.class)
public final class TwistedWebObservationAutoConfiguration {

	/** Where Spring Boot has the name for its own clients. */
	private static final String NAME = "${management.observations.http.client.requests.name:http.client.requests}";

	@Bean
	@Lazy
	AgentDecorator twistedRequestObservation(ObservationRegistry registry, @Value(NAME) String name) {
		RequestObservationConvention convention = new RequestObservationConvention(name);
		return (agent) -> new ObservedAgent(agent, registry, convention);
	}

}
