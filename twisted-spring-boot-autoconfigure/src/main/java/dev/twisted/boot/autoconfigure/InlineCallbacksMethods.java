package dev.twisted.boot.autoconfigure;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;

import dev.twisted.boot.InlineCallbacks;
import dev.twisted.defer.Deferred;
import org.springframework.boot.diagnostics.FailureAnalyzedException;
import org.springframework.core.MethodIntrospector;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils.MethodFilter;

/**
 * What must hold for methods that are annotated with {@link InlineCallbacks}.
 */
final class InlineCallbacksMethods {

	private static final MethodFilter ANNOTATED = (method) -> AnnotatedElementUtils.hasAnnotation(method,
			InlineCallbacks.class);

	private InlineCallbacksMethods() {
	}

	/**
	 * See to it that the methods of a bean can wait.
	 * @throws FailureAnalyzedException if one cannot
	 */
	static void check(String beanName, Class<?> beanType) {
		Class<?> type = ClassUtils.getUserClass(beanType);
		for (Method method : MethodIntrospector.selectMethods(type, ANNOTATED)) {
			String where = "The method '%s' of the bean '%s', %s, is annotated with @InlineCallbacks"
				.formatted(method.getName(), beanName, type.getName());
			if (!Deferred.class.isAssignableFrom(method.getReturnType())) {
				throw new FailureAnalyzedException(
						where + " but returns %s.".formatted(method.getReturnType().getName()),
						"Let it return a Deferred; a value at hand is returned with Deferred.succeed(...).");
			}
			if (Modifier.isPrivate(method.getModifiers()) || Modifier.isStatic(method.getModifiers())
					|| Modifier.isFinal(method.getModifiers())) {
				throw new FailureAnalyzedException(
						where + " but is private, static or final, so that no proxy can run it.",
						"Make it a method that can be overridden, or call Deferreds.inlineCallbacks(...) in it.");
			}
			if (InlineCallbacksProtocolCheck.isProtocol(type)) {
				throw new FailureAnalyzedException(
						where + ", but connections use a protocol without the proxy that would run it.",
						"Call Deferreds.inlineCallbacks(...) in it, or move it to a bean that the protocol calls.");
			}
		}
	}

}
