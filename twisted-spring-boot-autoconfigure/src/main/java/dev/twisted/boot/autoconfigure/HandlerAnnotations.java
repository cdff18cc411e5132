package dev.twisted.boot.autoconfigure;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.annotation.MergedAnnotation;
import org.springframework.core.annotation.MergedAnnotations;

/**
 * Finds an annotation on beans, without making any. The one on a {@code @Bean} method
 * says more than the one on the class it returns.
 *
 * @param <A> the annotation
 */
final class HandlerAnnotations<A extends Annotation> {

	private final ConfigurableListableBeanFactory beanFactory;

	private final Class<A> annotation;

	HandlerAnnotations(ConfigurableListableBeanFactory beanFactory, Class<A> annotation) {
		this.beanFactory = beanFactory;
		this.annotation = annotation;
	}

	@Nullable A find(String beanName) {
		A attribute = attribute(beanName);
		if (attribute != null) {
			return attribute;
		}
		// First, because it also finds out which factory method there is.
		A found = this.beanFactory.findAnnotationOnBean(beanName, this.annotation, false);
		if (found == null || !this.beanFactory.containsBeanDefinition(beanName)) {
			return found;
		}
		Method factoryMethod = (this.beanFactory
			.getMergedBeanDefinition(beanName) instanceof RootBeanDefinition definition)
					? definition.getResolvedFactoryMethod() : null;
		if (factoryMethod == null) {
			return found;
		}
		MergedAnnotation<A> onMethod = MergedAnnotations.from(factoryMethod).get(this.annotation);
		return onMethod.isPresent() ? onMethod.synthesize() : found;
	}

	/** Of a bean that was defined by a program, with no place for an annotation. */
	private @Nullable A attribute(String beanName) {
		Object attribute = this.beanFactory.containsBeanDefinition(beanName)
				? this.beanFactory.getBeanDefinition(beanName).getAttribute(this.annotation.getName()) : null;
		return this.annotation.isInstance(attribute) ? this.annotation.cast(attribute) : null;
	}

	/** What a program that has defined a bean in place of an annotation calls it. */
	@Nullable String description(String beanName) {
		return (attribute(beanName) != null) ? this.beanFactory.getBeanDefinition(beanName).getDescription() : null;
	}

	@Nullable Class<?> type(String beanName) {
		return this.beanFactory.getType(beanName, false);
	}

}
