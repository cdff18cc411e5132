package dev.twisted.boot.autoconfigure.defer;

import java.lang.reflect.Method;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationContext;
import org.springframework.transaction.ReactiveTransactionManager;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionManager;
import org.springframework.transaction.interceptor.TransactionAttribute;
import org.springframework.transaction.interceptor.TransactionAttributeSource;
import org.springframework.transaction.interceptor.TransactionInterceptor;
import reactor.core.publisher.Mono;

/**
 * The {@link TransactionInterceptor}, for Deferreds as well. A reactive transaction is
 * found by the Reactor Context of those who subscribe, and a method that returns a
 * Deferred subscribes while it runs. So the method is called when the transaction is
 * there, with that Context in place; publishers that it brings in, then or in its
 * callbacks, are part of the transaction.
 */
final class DeferredTransactionInterceptor extends TransactionInterceptor {

	private static final long serialVersionUID = 1L;

	DeferredTransactionInterceptor(TransactionInterceptor original, ApplicationContext context) {
		TransactionManager manager = original.getTransactionManager();
		if (manager != null) {
			setTransactionManager(manager);
		}
		setTransactionAttributeSource(original.getTransactionAttributeSource());
		setBeanFactory(context.getAutowireCapableBeanFactory());
		setApplicationEventPublisher(context);
	}

	@Override
	protected @Nullable Object invokeWithinTransaction(Method method, @Nullable Class<?> targetClass,
			InvocationCallback invocation) throws Throwable {
		boolean deferred = Deferred.class.isAssignableFrom(method.getReturnType()) && isReactive(method, targetClass);
		return super.invokeWithinTransaction(method, targetClass,
				deferred ? new ContextualInvocation(invocation) : invocation);
	}

	private boolean isReactive(Method method, @Nullable Class<?> targetClass) {
		TransactionAttributeSource attributes = getTransactionAttributeSource();
		TransactionAttribute attribute = (attributes != null) ? attributes.getTransactionAttribute(method, targetClass)
				: null;
		return determineTransactionManager(attribute, targetClass) instanceof ReactiveTransactionManager;
	}

	/**
	 * Calls the method when it is subscribed to. What it gives is no Deferred but a Mono,
	 * which {@link DeferredAdapter} knows what to do with.
	 */
	private static final class ContextualInvocation implements InvocationCallback {

		private final InvocationCallback invocation;

		ContextualInvocation(InvocationCallback invocation) {
			this.invocation = invocation;
		}

		@Override
		public Mono<?> proceedWithInvocation() {
			return Deferreds.mono(this::call);
		}

		private @Nullable Deferred<?> call() throws Exception {
			try {
				return (Deferred<?>) this.invocation.proceedWithInvocation();
			}
			catch (Exception | Error ex) {
				throw ex;
			}
			catch (Throwable ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void onRollback(Throwable failure, TransactionExecution execution) {
			this.invocation.onRollback(failure, execution);
		}

	}

}
