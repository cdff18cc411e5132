package dev.twisted.boot.autoconfigure.defer;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.PriorityOrdered;
import org.springframework.core.ReactiveAdapterRegistry;

/**
 * Makes Deferreds known to every registry of a context, which is what WebFlux asks, and
 * to the shared one, which is what everything else asks: MVC, transactions, the cache,
 * events, scheduling and HTTP clients.
 */
final class DeferredAdapterPostProcessor implements BeanPostProcessor, PriorityOrdered {

	DeferredAdapterPostProcessor(ReactiveAdapterRegistry shared) {
		DeferredAdapter.register(shared);
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String beanName) {
		if (bean instanceof ReactiveAdapterRegistry registry) {
			DeferredAdapter.register(registry);
		}
		return bean;
	}

	@Override
	public int getOrder() {
		return Ordered.HIGHEST_PRECEDENCE;
	}

}
