package dev.twisted.boot.autoconfigure.spread;

import dev.twisted.boot.autoconfigure.TwistedReactorAutoConfiguration;
import dev.twisted.boot.autoconfigure.TwistedServersAutoConfiguration;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.jelly.SecurityOptions;
import dev.twisted.spread.pb.Broker;
import dev.twisted.spread.pb.BrokerOptions;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for servers of Perspective Broker: a
 * bean with {@link dev.twisted.boot.ProtocolHandler} may be a root object, or a portal.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class, before = TwistedServersAutoConfiguration.class)
@ConditionalOnClass({ Broker.class, Reactor.class })
@EnableConfigurationProperties(TwistedSpreadProperties.class)
public final class TwistedSpreadAutoConfiguration {

	@Bean
	@ConditionalOnMissingBean
	SecurityOptions twistedSecurityOptions() {
		return new SecurityOptions();
	}

	@Bean
	@ConditionalOnMissingBean
	BrokerOptions twistedBrokerOptions(TwistedSpreadProperties properties, SecurityOptions security) {
		return properties.options(security);
	}

	@Bean
	SpreadHandlerAdapter twistedSpreadHandlerAdapter(ObjectProvider<Reactor> reactors,
			ObjectProvider<BrokerOptions> options) {
		return new SpreadHandlerAdapter(reactors, options);
	}

}
