package dev.twisted.boot.autoconfigure.defer;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

import dev.twisted.boot.InlineCallbacks;
import dev.twisted.defer.Deferred;
import org.reactivestreams.Publisher;
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
						whatToReturn(method.getReturnType()));
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

	private static String whatToReturn(Class<?> type) {
		if (Publisher.class.isAssignableFrom(type) || CompletionStage.class.isAssignableFrom(type)) {
			return "Let it return a Deferred, which Deferred.from(...) makes of a %s, or drop the annotation."
				.formatted(type.getSimpleName());
		}
		return "Let it return a Deferred; a value at hand is returned with Deferred.succeed(...).";
	}

	/**
	 * What to say when the methods of a bean are fine but there is no proxy of it.
	 * @param beanName the bean
	 * @param beanType its class
	 * @param cause why there is none
	 * @return the failure
	 */
	static FailureAnalyzedException noProxy(String beanName, Class<?> beanType, Exception cause) {
		String methods = MethodIntrospector.selectMethods(beanType, ANNOTATED)
			.stream()
			.map((method) -> "'" + method.getName() + "'")
			.sorted()
			.collect(Collectors.joining(", "));
		return new FailureAnalyzedException(
				"The bean '%s' has methods that are annotated with @InlineCallbacks, %s, but no proxy can be made of its class %s%s."
					.formatted(beanName, methods, beanType.getName(),
							Modifier.isFinal(beanType.getModifiers()) ? ", which is final" : ""),
				"Make it a class that can be extended, or call Deferreds.inlineCallbacks(...) in its methods.", cause);
	}

}
