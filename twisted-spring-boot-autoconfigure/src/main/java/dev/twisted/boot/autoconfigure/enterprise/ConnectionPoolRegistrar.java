package dev.twisted.boot.autoconfigure.enterprise;

import dev.twisted.enterprise.ConnectionPool;
import io.r2dbc.spi.ConnectionFactory;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Defines a {@link ConnectionPool} bean for each {@link ConnectionFactory} bean, to be
 * injected by the name of that one where there are several. Which one is meant without a
 * name is as with the connection factories.
 */
final class ConnectionPoolRegistrar implements BeanDefinitionRegistryPostProcessor {

	/** The bean that makes the pools. */
	static final String POOLS = "twistedConnectionPools";

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory) {
			for (String name : beanFactory.getBeanNamesForType(ConnectionFactory.class, true, false)) {
				define(registry, name);
			}
		}
	}

	/** The name of the pool over a connection factory. */
	static String beanName(String connectionFactory) {
		return connectionFactory + "ConnectionPool";
	}

	private static void define(BeanDefinitionRegistry registry, String connectionFactory) {
		String beanName = beanName(connectionFactory);
		if (!registry.containsBeanDefinition(connectionFactory) || registry.containsBeanDefinition(beanName)) {
			return;
		}
		BeanDefinition connections = registry.getBeanDefinition(connectionFactory);
		RootBeanDefinition definition = new RootBeanDefinition(ConnectionPool.class);
		definition.setFactoryBeanName(POOLS);
		definition.setFactoryMethodName("get");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, connectionFactory);
		// The calls under way end before the connections go.
		definition.setDependsOn(connectionFactory);
		definition.setLazyInit(true);
		definition.setPrimary(connections.isPrimary());
		definition.setFallback(connections.isFallback());
		definition.setAutowireCandidate(connections.isAutowireCandidate());
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, connectionFactory));
		registry.registerBeanDefinition(beanName, definition);
	}

}
