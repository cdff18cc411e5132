package dev.twisted.boot.autoconfigure;

import java.util.List;

import dev.twisted.boot.ProtocolHandler;
import dev.twisted.boot.TwistedHandlers;
import dev.twisted.internet.Reactor;
import dev.twisted.internet.netty.ReactorBuilder;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * {@link EnableAutoConfiguration Auto-configuration} for the servers: one for each key
 * under {@code twisted.servers}, handled by the bean that {@link ProtocolHandler} names
 * it for.
 */
@AutoConfiguration(after = TwistedReactorAutoConfiguration.class)
@ConditionalOnClass({ Reactor.class, ReactorBuilder.class })
public final class TwistedServersAutoConfiguration {

	@Bean
	static ProtocolScopePostProcessor protocolScopePostProcessor() {
		return new ProtocolScopePostProcessor(ProtocolHandler.class);
	}

	@Bean
	ServerBinder twistedServerBinder(ConfigurableListableBeanFactory beanFactory, TwistedProperties properties,
			ObjectProvider<SslBundles> sslBundles, Environment environment) {
		UnknownKeys.check(environment, "twisted.servers", TwistedProperties.Server.class);
		List<Handler> handlers = new HandlerDiscoverer(beanFactory).discover();
		return new ServerBinder(beanFactory, ServerSpecs.resolve(properties.servers(), handlers),
				new ServerTls(sslBundles));
	}

	@Bean
	TwistedHandlers twistedHandlers(ConfigurableListableBeanFactory beanFactory) {
		return new DiscoveredHandlers(beanFactory);
	}

	@Bean
	PortInfoListener twistedPortInfoListener() {
		return new PortInfoListener();
	}

}
