package dev.twisted.boot.autoconfigure;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import dev.twisted.boot.ProtocolClient;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;

/**
 * Finds the beans of clients in a context, without making any.
 */
final class ClientDiscoverer {

	private final ConfigurableListableBeanFactory beanFactory;

	private final HandlerAnnotations<ProtocolClient> annotations;

	ClientDiscoverer(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
		this.annotations = new HandlerAnnotations<>(beanFactory, ProtocolClient.class);
	}

	/**
	 * The beans of clients, in the order in which they are defined.
	 * @return the beans
	 * @throws FailureAnalyzedException if a bean cannot be that of a client
	 */
	List<Handler> discover() {
		List<Handler> beans = new ArrayList<>();
		for (String beanName : this.beanFactory.getBeanDefinitionNames()) {
			ProtocolClient annotation = this.beanFactory.getBeanDefinition(beanName).isAbstract() ? null
					: this.annotations.find(beanName);
			if (annotation != null) {
				beans.add(bean(beanName, annotation));
			}
		}
		return beans;
	}

	private Handler bean(String beanName, ProtocolClient annotation) {
		Class<?> type = this.annotations.type(beanName);
		HandlerKind kind = HandlerKind.of(type);
		if (type == null || kind == null || kind.transport() != HandlerKind.Transport.TCP) {
			throw wrongType(beanName, type);
		}
		Handler bean = new Handler(beanName, ClassUtils.getUserClass(type), kind,
				Arrays.stream(annotation.value()).distinct().toList(), this.annotations.description(beanName));
		if (bean.servers().isEmpty() || !bean.servers().stream().allMatch(StringUtils::hasText)) {
			throw new FailureAnalyzedException(
					"The %s is annotated with @ProtocolClient without the name of a client.".formatted(bean),
					"Name the client, such as @ProtocolClient(\"robot\") for twisted.clients.robot.");
		}
		if (kind == HandlerKind.PROTOCOL && this.beanFactory.isSingleton(beanName)) {
			throw new FailureAnalyzedException(
					"The %s is a Protocol and a singleton, so all connections would share it.".formatted(bean),
					"Define it with @ProtocolClient on a class or a @Bean method and without another scope, or provide a Factory.");
		}
		return bean;
	}

	private static FailureAnalyzedException wrongType(String beanName, @Nullable Class<?> type) {
		return new FailureAnalyzedException(
				"The bean '%s' is annotated with @ProtocolClient, but its type, %s, is neither a Protocol nor a Factory."
					.formatted(beanName, (type != null) ? type.getName() : "which is not known"),
				"Extend one of these types of dev.twisted.internet. If a @Bean method returns one of them, declare it as its return type.");
	}

}
