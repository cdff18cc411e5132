package dev.twisted.boot.autoconfigure.defer;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationContextAware;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import org.springframework.util.Assert;

/**
 * Puts a {@link DeferredTransactionInterceptor} in the place of Spring's own interceptor,
 * and leaves alone what an application has derived from it.
 */
final class DeferredTransactionPostProcessor implements BeanPostProcessor, ApplicationContextAware, PriorityOrdered {

	private @Nullable ApplicationContext context;

	@Override
	public void setApplicationContext(ApplicationContext context) {
		this.context = context;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean.getClass() == TransactionInterceptor.class) {
			ApplicationContext owner = this.context;
			Assert.state(owner != null, "No application context has been set");
			return new DeferredTransactionInterceptor((TransactionInterceptor) bean, owner);
		}
		return bean;
	}

	@Override
	public int getOrder() {
		return Ordered.LOWEST_PRECEDENCE;
	}

}
