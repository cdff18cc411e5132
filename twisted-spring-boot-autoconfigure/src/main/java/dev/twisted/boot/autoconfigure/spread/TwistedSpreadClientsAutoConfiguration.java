package dev.twisted.boot.autoconfigure.spread;

import dev.twisted.boot.PerspectiveBroker;
import dev.twisted.boot.TwistedClients;
import dev.twisted.boot.autoconfigure.TwistedClientsAutoConfiguration;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.pb.Broker;
import dev.twisted.spread.pb.BrokerOptions;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for clients of Perspective Broker:
 * each interface with {@link PerspectiveBroker} in the packages of the application is a
 * bean.
 */
@AutoConfiguration(after = TwistedSpreadAutoConfiguration.class, before = TwistedClientsAutoConfiguration.class)
@ConditionalOnClass({ Broker.class, Reactor.class })
public final class TwistedSpreadClientsAutoConfiguration {

	@Bean
	static PerspectiveBrokerRegistrar perspectiveBrokerRegistrar() {
		return new PerspectiveBrokerRegistrar();
	}

	@Bean(PerspectiveBrokerRegistrar.BROKERS)
	PerspectiveBrokers twistedPerspectiveBrokers(ListableBeanFactory beanFactory, ObjectProvider<Reactor> reactors,
			ObjectProvider<TwistedClients> clients, BrokerOptions options) {
		return new PerspectiveBrokers(beanFactory, reactors, clients, options);
	}

}
