package dev.twisted.boot.autoconfigure;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * Makes each handler that is a {@link dev.twisted.internet.Protocol} a prototype: one
 * bean for each connection.
 */
final class ProtocolScopePostProcessor implements BeanFactoryPostProcessor {

	@Override
	public void postProcessBeanFactory(ConfigurableListableBeanFactory beanFactory) {
		HandlerAnnotations annotations = new HandlerAnnotations(beanFactory);
		for (String beanName : beanFactory.getBeanDefinitionNames()) {
			BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
			if (!definition.isAbstract() && definition.isSingleton() && annotations.find(beanName) != null
					&& HandlerKind.of(annotations.type(beanName)) == HandlerKind.PROTOCOL) {
				definition.setScope(BeanDefinition.SCOPE_PROTOTYPE);
			}
		}
	}

}
