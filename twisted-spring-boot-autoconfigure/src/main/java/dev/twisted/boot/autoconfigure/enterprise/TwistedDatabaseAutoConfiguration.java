package dev.twisted.boot.autoconfigure.enterprise;

import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.enterprise.ConnectionPool;
import dev.twisted.internet.Reactor;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for databases that answer with
 * Deferreds: a {@link ConnectionPool} over each {@link ConnectionFactory}, unless the
 * application has made one itself.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class,
		afterName = "org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration")
@ConditionalOnClass({ ConnectionPool.class, ConnectionFactory.class })
@ConditionalOnBean({ ConnectionFactory.class, Reactor.class })
@ConditionalOnMissingBean(ConnectionPool.class)
@EnableConfigurationProperties(TwistedDatabaseProperties.class)
public final class TwistedDatabaseAutoConfiguration {

	@Bean
	static ConnectionPoolRegistrar connectionPoolRegistrar() {
		return new ConnectionPoolRegistrar();
	}

	@Bean(ConnectionPoolRegistrar.POOLS)
	ConnectionPools twistedConnectionPools(DefaultListableBeanFactory beanFactory,
			TwistedDatabaseProperties properties) {
		return new ConnectionPools(beanFactory, properties);
	}

}
