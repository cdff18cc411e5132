package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.defer.Deferred;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.ScheduledAnnotationBeanPostProcessor;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that lets a method with
 * {@code @Scheduled} return a {@link Deferred}.
 */
@AutoConfiguration(after = TwistedDeferredAutoConfiguration.class)
@ConditionalOnClass({ Deferred.class, ScheduledAnnotationBeanPostProcessor.class })
public final class TwistedSchedulingAutoConfiguration {

	@Bean
	static DeferredSchedulingRegistrar deferredSchedulingRegistrar() {
		return new DeferredSchedulingRegistrar();
	}

}
