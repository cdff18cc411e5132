package dev.twisted.boot.autoconfigure;

import java.lang.reflect.Method;

import dev.twisted.boot.ProtocolHandler;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;

/**
 * Finds {@link ProtocolHandler} on beans, without making any. The one on a {@code @Bean}
 * method says more than the one on the class it returns.
 */
final class HandlerAnnotations {

	private final ConfigurableListableBeanFactory beanFactory;

	HandlerAnnotations(ConfigurableListableBeanFactory beanFactory) {
		this.beanFactory = beanFactory;
	}

	@Nullable ProtocolHandler find(String beanName) {
		// First, because it also finds out which factory method there is.
		ProtocolHandler found = this.beanFactory.findAnnotationOnBean(beanName, ProtocolHandler.class, false);
		if (found == null || !this.beanFactory.containsBeanDefinition(beanName)) {
			return found;
		}
		Method factoryMethod = (this.beanFactory
			.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)
					? definition.getResolvedFactoryMethod() : null;
		if (factoryMethod == null) {
			return found;
		}
		MergedAnnotation<ProtocolHandler> onMethod = MergedAnnotations.from(factoryMethod).get(ProtocolHandler.class);
		return onMethod.isPresent() ? onMethod.synthesize() : found;
	}

	@Nullable Class<?> type(String beanName) {
		return this.beanFactory.getType(beanName, false);
	}

}
