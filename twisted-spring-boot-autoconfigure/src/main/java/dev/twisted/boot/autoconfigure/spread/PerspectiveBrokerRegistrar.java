package dev.twisted.boot.autoconfigure.spread;

import java.util.Map;

import dev.twisted.boot.PerspectiveBroker;
import dev.twisted.boot.ProtocolClient;
import dev.twisted.internet.Reactor;
import dev.twisted.spread.pb.BrokerOptions;
import dev.twisted.spread.pb.PBClientFactory;
import dev.twisted.spread.pb.RemoteProxy;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
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
					define(registry, beanFactory, ClassUtils.resolveClassName(name, beanFactory.getBeanClassLoader()));
				}
			}
		}
	}

	private static <T> void define(BeanDefinitionRegistry registry, ConfigurableListableBeanFactory beanFactory,
			Class<T> type) {
		PerspectiveBroker annotation = type.getAnnotation(PerspectiveBroker.class);
		if (annotation == null || registry.containsBeanDefinition(type.getName())) {
			return;
		}
		String client = annotation.value();
		String factory = client + "PBClientFactory";
		if (!registry.containsBeanDefinition(factory)) {
			registry.registerBeanDefinition(factory, factory(beanFactory, client));
		}
		registry.registerBeanDefinition(type.getName(),
				new RootBeanDefinition(type, () -> proxy(type, beanFactory, factory)));
	}

	private static RootBeanDefinition factory(BeanFactory beanFactory, String client) {
		RootBeanDefinition definition = new RootBeanDefinition(PBClientFactory.class,
				() -> new PBClientFactory(beanFactory.getBean(Reactor.class),
						beanFactory.getBean(BrokerOptions.class)));
		// The same that @ProtocolClient on a @Bean method would say.
		definition.setAttribute(ProtocolClient.class.getName(),
				MergedAnnotation.of(ProtocolClient.class, Map.of("value", new String[] { client })).synthesize());
		return definition;
	}

	private static <T> T proxy(Class<T> type, BeanFactory beanFactory, String factory) {
		PBClientFactory client = beanFactory.getBean(factory, PBClientFactory.class);
		return RemoteProxy.of(type, (call) -> client.getRootObject().compose((root) -> {
			@Nullable Object[] arguments = call.arguments().toArray();
			return call.answerRequired() ? root.<@Nullable Object>callRemote(call.name(), arguments)
					: root.callRemoteOnly(call.name(), arguments).<@Nullable Object>addCallback((sent) -> null);
		}));
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
