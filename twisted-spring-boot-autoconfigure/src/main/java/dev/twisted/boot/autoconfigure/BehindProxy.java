package dev.twisted.boot.autoconfigure;

import org.springframework.aop.framework.AopProxyUtils;

/**
 * Takes a bean out of the proxy that some aspect has put around it. Transports talk to
 * final methods, which a proxy cannot hand on to its target: it would keep the connection
 * to itself.
 */
final class BehindProxy {

	private BehindProxy() {
	}

	static <T> T of(T bean, Class<T> type) {
		Object target = AopProxyUtils.getSingletonTarget(bean);
		return (target != null) ? type.cast(target) : bean;
	}

}
