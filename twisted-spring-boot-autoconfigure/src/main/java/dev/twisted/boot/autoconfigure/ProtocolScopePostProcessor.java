package dev.twisted.boot.autoconfigure;

import java.lang.annotation.Annotation;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes each bean with an annotation of ours that is a
 * {@link dev.twisted.internet.Protocol} a prototype: one bean for each connection.
 */
final class ProtocolScopePostProcessor implements BeanFactoryPostProcessor {

	private final Class<? extends Annotation> annotation;

	ProtocolScopePostProcessor(Class<? extends Annotation> annotation) {
		this.annotation = annotation;
	}

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		HandlerAnnotations<?> annotations = new HandlerAnnotations<>(beanFactory, this.annotation);
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
			if (!definition.isAbstract() && definition.isSingleton() && annotations.find(beanName) != null
					&& HandlerKind.of(annotations.type(beanName)) == HandlerKind.PROTOCOL) {
				definition.setScope(BeanDefinition.SCOPE_PROTOTYPE);
			}
		}
	}

}
