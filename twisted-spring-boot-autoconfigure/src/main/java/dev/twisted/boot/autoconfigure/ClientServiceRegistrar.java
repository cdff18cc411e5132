package dev.twisted.boot.autoconfigure;

import dev.twisted.boot.ProtocolClient;
import dev.twisted.endpoints.ClientService;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.env.Environment;
import org.springframework.util.StringUtils;

/**
 * Defines a {@link ClientService} bean for each client that a bean is annotated with, to
 * be injected by the client's name.
 */
final class ClientServiceRegistrar implements BeanDefinitionRegistryPostProcessor {

	/** The bean that makes the services. */
	static final String CLIENTS = "twistedClients";

	private final Environment environment;

	ClientServiceRegistrar(Environment environment) {
		this.environment = environment;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (!(registry instanceof ConfigurableListableBeanFactory beanFactory)) {
			return;
		}
		HandlerAnnotations<ProtocolClient> annotations = new HandlerAnnotations<>(beanFactory, ProtocolClient.class);
		for (String beanName : registry.getBeanDefinitionNames()) {
			ProtocolClient annotation = registry.getBeanDefinition(beanName).isAbstract() ? null
					: annotations.find(beanName);
			if (annotation != null) {
				for (String client : annotation.value()) {
					define(registry, client);
				}
			}
		}
	}

	/** What is wrong with a client is found, and told, when they are matched. */
	private void define(BeanDefinitionRegistry registry, String client) {
		String beanName = client + "ClientService";
		boolean enabled = this.environment.getProperty("twisted.clients." + client + ".enabled", Boolean.class, true);
		if (!StringUtils.hasText(client) || !enabled || registry.containsBeanDefinition(beanName)) {
			return;
		}
		RootBeanDefinition definition = new RootBeanDefinition(ClientService.class);
		definition.setFactoryBeanName(CLIENTS);
		definition.setFactoryMethodName("get");
		definition.getConstructorArgumentValues().addIndexedArgumentValue(0, client);
		definition.addQualifier(new AutowireCandidateQualifier(Qualifier.class, client));
		registry.registerBeanDefinition(beanName, definition);
	}

}
