package dev.twisted.boot.autoconfigure.defer;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.BeanDefinitionRegistryPostProcessor;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.scheduling.config.TaskManagementConfigUtils;

/**
 * Puts a {@link DeferredScheduledPostProcessor} in the place of Spring's own, where
 * {@code @EnableScheduling} has asked for that.
 */
final class DeferredSchedulingRegistrar implements BeanDefinitionRegistryPostProcessor {

	private static final String NAME = TaskManagementConfigUtils.SCHEDULED_ANNOTATION_PROCESSOR_BEAN_NAME;

	@Override
	public void postProcessBeanDefinitionRegistry(BeanDefinitionRegistry registry) {
		if (registry.containsBeanDefinition(NAME) && !isOurs(registry.getBeanDefinition(NAME))) {
			RootBeanDefinition definition = new RootBeanDefinition(DeferredScheduledPostProcessor.class);
			definition.setRole(BeanDefinition.ROLE_INFRASTRUCTURE);
			registry.removeBeanDefinition(NAME);
			registry.registerBeanDefinition(NAME, definition);
		}
	}

	/** As it is after the ahead-of-time processing has been here. */
	private static boolean isOurs(BeanDefinition definition) {
		return DeferredScheduledPostProcessor.class.getName().equals(definition.getBeanClassName());
	}

}
