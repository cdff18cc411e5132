package dev.twisted.boot.autoconfigure;

import dev.twisted.boot.ConnectionPreparer;
import dev.twisted.boot.ProtocolClient;
import dev.twisted.boot.TwistedClients;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the clients: one for each key
 * under {@code twisted.clients}, with the protocol of the bean that
 * {@link ProtocolClient} names it for.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class)
@ConditionalOnClass({ Reactor.class, ReactorBuilder.class })
@EnableConfigurationProperties(TwistedClientsProperties.class)
public final class TwistedClientsAutoConfiguration {

	@Bean
	static ProtocolScopePostProcessor clientProtocolScopePostProcessor() {
		return new ProtocolScopePostProcessor(ProtocolClient.class);
	}

	@Bean
	static ClientServiceRegistrar clientServiceRegistrar(Environment environment) {
		return new ClientServiceRegistrar(environment);
	}

	@Bean(ClientServiceRegistrar.CLIENTS)
	ClientServices twistedClients(ConfigurableListableBeanFactory beanFactory, TwistedClientsProperties properties,
			ObjectProvider<Reactor> reactors, ObjectProvider<SslBundles> sslBundles,
			ObjectProvider<ConnectionPreparer> preparers, Environment environment) {
		UnknownKeys.check(environment, "twisted.clients", TwistedClientsProperties.Client.class);
		return new ClientServices(beanFactory, reactors,
				ClientSpecs.resolve(properties.clients(), new ClientDiscoverer(beanFactory).discover()),
				new ClientTls(sslBundles), preparers.orderedStream().toList());
	}

	@Bean
	ClientLifecycle twistedClientLifecycle(TwistedClients clients) {
		return new ClientLifecycle(clients);
	}

}
