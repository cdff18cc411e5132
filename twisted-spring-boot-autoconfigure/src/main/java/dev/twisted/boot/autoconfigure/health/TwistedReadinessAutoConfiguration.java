package dev.twisted.boot.autoconfigure.health;

import org.springframework.boot.actuate.endpoint.web.AdditionalPathsMapper;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroupsPostProcessor;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that makes the health of the servers
 * part of the application's readiness, unless the application says itself what its
 * readiness consists of.
 */
@AutoConfiguration(after = TwistedHealthContributorAutoConfiguration.class,
		afterName = "org.springframework.boot.health.autoconfigure.actuate.endpoint.AvailabilityProbesAutoConfiguration")
@ConditionalOnClass({ AdditionalPathsMapper.class, HealthEndpointGroupsPostProcessor.class })
@ConditionalOnBean(TwistedHealthIndicator.class)
public final class TwistedReadinessAutoConfiguration {

	@Bean
	ReadinessGroupObserver twistedReadinessGroupObserver() {
		return new ReadinessGroupObserver();
	}

	@Bean
	ReadinessGroupExtender twistedReadinessGroupExtender(ReadinessGroupObserver observer) {
		return new ReadinessGroupExtender(observer);
	}

}
