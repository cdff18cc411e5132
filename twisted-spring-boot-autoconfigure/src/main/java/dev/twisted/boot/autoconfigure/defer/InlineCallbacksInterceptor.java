package dev.twisted.boot.autoconfigure.defer;

import java.lang.reflect.UndeclaredThrowableException;

import dev.twisted.defer.Deferreds;
import dev.twisted.internet.Reactor;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Runs a method as the body of {@code inlineCallbacks}, on the reactor's thread if there
 * is a reactor.
 */
final class InlineCallbacksInterceptor implements MethodInterceptor {

	private final ObjectProvider<Reactor> reactors;

	InlineCallbacksInterceptor(ObjectProvider<Reactor> reactors) {
		this.reactors = reactors;
	}

	@Override
	public Object invoke(MethodInvocation invocation) {
		Reactor reactor = this.reactors.getIfUnique();
		if (reactor == null || !reactor.running() || reactor.inReactorThread()) {
			return Deferreds.<@Nullable Object>inlineCallbacks(() -> proceed(invocation));
		}
		return Deferreds.<@Nullable Object>inlineCallbacks(() -> proceed(invocation),
				(begin) -> reactor.callFromThread(begin::run));
	}

	private static @Nullable Object proceed(MethodInvocation invocation) throws Exception {
		try {
			return invocation.proceed();
		}
		catch (Exception | Error ex) {
			throw ex;
		}
		catch (Throwable ex) {
			throw new UndeclaredThrowableException(ex);
		}
	}

}
