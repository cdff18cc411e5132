package dev.twisted.boot.autoconfigure.spread;

import java.util.Map;

import dev.twisted.boot.PerspectiveBroker;
import dev.twisted.boot.ProtocolClient;
import dev.twisted.spread.pb.PBClientFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfigurationPackages;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.type.filter.AnnotationTypeFilter;
import org.springframework.util.ClassUtils;

/**
 * Defines a bean for each interface with {@link PerspectiveBroker}, and for each client
 * that they name the factory of its connections.
 */
final class PerspectiveBrokerRegistrar implements BeanDefinitionRegistryPostProcessor, PriorityOrdered {

	/** The bean that makes the beans. */
	static final String BROKERS = "twistedPerspectiveBrokers";

	/** Before the clients are looked for. */
	@Override
	public int getOrder() {
		return 0;
	}

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry instanceof ConfigurableListableBeanFactory beanFactory
				&& AutoConfigurationPackages.has(beanFactory)) {
			InterfaceScanner scanner = new InterfaceScanner();
			for (String packageName : AutoConfigurationPackages.get(beanFactory)) {
				for (BeanDefinition candidate : scanner.findCandidateComponents(packageName)) {
					String name = String.valueOf(candidate.getBeanClassName());
					define(registry, ClassUtils.resolveClassName(name, beanFactory.getBeanClassLoader()));
				}
			}
		}
	}

	private static void define(BeanDefinitionRegistry registry, Class<?> type) {
		PerspectiveBroker annotation = type.getAnnotation(PerspectiveBroker.class);
		if (annotation == null) {
			return;
		}
		String client = annotation.value();
		String factory = client + "PBClientFactory";
		define(registry, factory, PBClientFactory.class, "createFactory", client);
		// The same that @ProtocolClient on a @Bean method would say.
		BeanDefinition connections = registry.getBeanDefinition(factory);
		connections.setAttribute(ProtocolClient.class.getName(),
				MergedAnnotation.of(ProtocolClient.class, Map.of("value", new String[] { client })).synthesize());
		if (connections instanceof AbstractBeanDefinition described) {
			described.setDescription("interface %s, annotated with @PerspectiveBroker,".formatted(type.getName()));
		}
		define(registry, type.getName(), type, "createProxy", type, factory);
	}

	/** After processing ahead of time it is defined already. */
	private static void define(BeanDefinitionRegistry registry, String beanName, Class<?> type, String method,
			Object... arguments) {
		if (!registry.containsBeanDefinition(beanName)) {
			RootBeanDefinition definition = new RootBeanDefinition();
			definition.setTargetType(type);
			definition.setFactoryBeanName(BROKERS);
			definition.setFactoryMethodName(method);
			for (int i = 0; i < arguments.length; i++) {
				definition.getConstructorArgumentValues().addIndexedArgumentValue(i, arguments[i]);
			}
			registry.registerBeanDefinition(beanName, definition);
		}
	}

	/** Looks for interfaces only. */
	private static final class InterfaceScanner extends ClassPathScanningCandidateComponentProvider {

		InterfaceScanner() {
			super(false);
			addIncludeFilter(new AnnotationTypeFilter(PerspectiveBroker.class));
		}

		@Override
		protected boolean isCandidateComponent(AnnotatedBeanDefinition definition) {
			return definition.getMetadata().isInterface() && definition.getMetadata().isIndependent();
		}

	}

}
