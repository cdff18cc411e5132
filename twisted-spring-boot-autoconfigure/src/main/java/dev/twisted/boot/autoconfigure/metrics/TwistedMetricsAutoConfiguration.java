package dev.twisted.boot.autoconfigure.metrics;

import dev.twisted.boot.TwistedRuntime;
import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the metrics of the reactor, of
 * the servers and of Deferreds.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class)
@ConditionalOnClass(MeterBinder.class)
@ConditionalOnBean(TwistedRuntime.class)
public final class TwistedMetricsAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	TwistedMetrics twistedMetrics(ApplicationContext context, TwistedRuntime runtime) {
		return new TwistedMetrics(context, runtime);
	}

}
