package dev.twisted.boot.autoconfigure.defer;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import org.aopalliance.intercept.MethodInterceptor;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.aop.support.AopUtils;
import org.springframework.util.Assert;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;
import reactor.core.publisher.Mono;

/**
 * Stands in for a bean with a scheduled method that returns a {@link Deferred}.
 */
interface ScheduledDeferred {

	/** The method to schedule. */
	Method METHOD = ClassUtils.getMethod(ScheduledDeferred.class, "run");

	/**
	 * The work of the method.
	 * @return a Mono that calls the method whenever it is subscribed to
	 */
	Mono<?> run();

	/**
	 * Make a stand-in. It is a proxy of the bean, so that what is scheduled for it ends
	 * when the bean does.
	 * @param method a method of the bean without arguments
	 * @param bean the bean
	 * @return the stand-in
	 */
	static ScheduledDeferred of(Method method, Object bean) {
		Assert.state(method.getParameterCount() == 0,
				() -> "Only a method without arguments can be scheduled, which '%s' is not".formatted(method));
		Method invocable = AopUtils.selectInvocableMethod(method, bean.getClass());
		ReflectionUtils.makeAccessible(invocable);
		Mono<?> work = Deferreds.mono(() -> call(invocable, bean));
		ProxyFactory proxy = new ProxyFactory();
		proxy.setTarget(bean);
		proxy.setInterfaces(ScheduledDeferred.class);
		proxy.addAdvice((MethodInterceptor) (invocation) -> invocation.getMethod().equals(METHOD) ? work
				: invocation.proceed());
		return (ScheduledDeferred) proxy.getProxy(ScheduledDeferred.class.getClassLoader());
	}

	private static @Nullable Deferred<?> call(Method method, Object bean) throws Exception {
		try {
			return (Deferred<?>) method.invoke(bean);
		}
		catch (InvocationTargetException ex) {
			ReflectionUtils.rethrowException(ex.getTargetException());
			throw ex;
		}
	}

}
