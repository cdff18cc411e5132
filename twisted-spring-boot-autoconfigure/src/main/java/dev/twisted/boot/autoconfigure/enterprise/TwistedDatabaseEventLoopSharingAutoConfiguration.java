package dev.twisted.boot.autoconfigure.enterprise;

import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorLoops;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.r2dbc.autoconfigure.ConnectionFactoryOptionsBuilderCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import reactor.netty.resources.LoopResources;

/**
 * {@link EnableAutoConfiguration Auto-configuration} that has the driver of the database
 * run on the reactor's event loops, so that a question and its answer need no way between
 * threads. A driver that knows nothing of event loops, and a reactor that has none of
 * Netty's, are kept apart.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class)
@ConditionalOnClass({ ConnectionPool.class, ReactorLoops.class, LoopResources.class,
		ConnectionFactoryOptionsBuilderCustomizer.class })
@ConditionalOnBooleanProperty(name = "twisted.database.share-event-loops", matchIfMissing = true)
@ConditionalOnBean(Reactor.class)
public final class TwistedDatabaseEventLoopSharingAutoConfiguration {

	/** First, so that the application's own have the last word. */
	@Bean
	@Order(Ordered.HIGHEST_PRECEDENCE)
	ConnectionFactoryOptionsBuilderCustomizer twistedDatabaseEventLoops(ObjectProvider<Reactor> reactors) {
		return new SharedEventLoops(reactors);
	}

}
