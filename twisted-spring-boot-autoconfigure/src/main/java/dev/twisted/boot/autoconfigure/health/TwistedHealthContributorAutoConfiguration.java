package dev.twisted.boot.autoconfigure.health;

import dev.twisted.boot.TwistedClients;
import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.ReactiveHealthIndicator;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the health of the reactor and of
 * the servers.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class)
@ConditionalOnClass({ ReactiveHealthIndicator.class, ConditionalOnEnabledHealthIndicator.class })
@ConditionalOnBean(TwistedRuntime.class)
@ConditionalOnEnabledHealthIndicator("twisted")
public final class TwistedHealthContributorAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean(name = { "twistedHealthIndicator", "twistedHealthContributor" })
	TwistedHealthIndicator twistedHealthIndicator(TwistedRuntime runtime, ObjectProvider<TwistedClients> clients) {
		return new TwistedHealthIndicator(runtime, clients.getIfAvailable());
	}

}
