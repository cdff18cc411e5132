package dev.twisted.boot.autoconfigure.defer;

import dev.twisted.boot.InlineCallbacks;
import org.springframework.aop.framework.AopConfigException;
import org.springframework.aop.framework.autoproxy.AbstractBeanFactoryAwareAdvisingPostProcessor;
import org.springframework.aop.support.AopUtils;
import org.springframework.aop.support.DefaultPointcutAdvisor;
import org.springframework.aop.support.annotation.AnnotationMatchingPointcut;

/**
 * Puts {@link InlineCallbacksInterceptor} around the methods that are annotated with
 * {@link InlineCallbacks}, inside of what else there is around them.
 */
final class InlineCallbacksPostProcessor extends AbstractBeanFactoryAwareAdvisingPostProcessor {

	private static final long serialVersionUID = 1L;

	InlineCallbacksPostProcessor(InlineCallbacksInterceptor interceptor) {
		this.advisor = new DefaultPointcutAdvisor(new AnnotationMatchingPointcut(null, InlineCallbacks.class, true),
				interceptor);
	}

	@Override
	public Object postProcessAfterInitialization(Object bean, String beanName) {
		if (!isEligible(bean, beanName)) {
			return super.postProcessAfterInitialization(bean, beanName);
		}
		Class<?> type = AopUtils.getTargetClass(bean);
		InlineCallbacksMethods.check(beanName, type);
		try {
			return super.postProcessAfterInitialization(bean, beanName);
		}
		catch (AopConfigException ex) {
			throw InlineCallbacksMethods.noProxy(beanName, type, ex);
		}
	}

}
