package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.defer.Deferred;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that lets a {@link Deferred} stand
 * where Spring takes a Mono: as the result of a controller's method, of one that is
 * cached or that listens to events, as the body of a request.
 */
@AutoConfiguration
@ConditionalOnClass(Deferred.class)
public final class TwistedDeferredAutoConfiguration {

	@Bean
	static DeferredAdapterPostProcessor deferredAdapterPostProcessor() {
		return new DeferredAdapterPostProcessor(ReactiveAdapterRegistry.getSharedInstance());
	}

}
