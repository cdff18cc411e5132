package dev.twisted.boot.autoconfigure.web;

import dev.twisted.web.client.Agent;
import dev.twisted.web.client.HTTPAgent;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Primary;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the observation of HTTP
 * requests: who asks for an {@link HTTPAgent} gets one that is observed.
 */
@AutoConfiguration(after = TwistedWebClientAutoConfiguration.class,
		afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass({ Agent.class, ObservationRegistry.class })
@ConditionalOnBean({ Agent.class, ObservationRegistry.class })
public final class TwistedWebObservationAutoConfiguration {

	/** Where Spring Boot has the name for its own clients. */
	private static final String NAME = "${management.observations.http.client.requests.name:http.client.requests}";

	@Bean
	@Lazy
	@Primary
	@ConditionalOnMissingBean
	ObservedAgent twistedObservedAgent(Agent agent, ObservationRegistry registry, @Value(NAME) String name) {
		return new ObservedAgent(agent, registry, new RequestObservationConvention(name));
	}

}
