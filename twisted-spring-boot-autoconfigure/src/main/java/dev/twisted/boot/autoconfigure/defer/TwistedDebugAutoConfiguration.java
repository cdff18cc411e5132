package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.defer.Deferred;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the debugging of Deferreds.
 */
@AutoConfiguration
@ConditionalOnClass(Deferred.class)
@ConditionalOnBooleanProperty("twisted.deferred.debug")
public final class TwistedDebugAutoConfiguration {

	@Bean
	static DeferredDebugging twistedDeferredDebugging() {
		return new DeferredDebugging();
	}

}
