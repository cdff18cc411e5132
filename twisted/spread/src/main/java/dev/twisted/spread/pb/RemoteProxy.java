package dev.twisted.spread.pb;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

import dev.twisted.defer.Deferred;
import dev.twisted.defer.Deferreds;
import dev.twisted.spread.jelly.Conversion;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

/**
 * Implements an interface by calls of another object's methods.
 */
public final class RemoteProxy implements InvocationHandler {

	private static final ClassValue<Map<Method, Call>> CALLS = new ClassValue<>() {

		@Override
		protected Map<Method, Call> computeValue(Class<?> type) {
			return describe(type);
		}

	};

	private final Class<?> type;

	private final Map<Method, Call> calls;

	private final Target target;

	private RemoteProxy(Class<?> type, Target target) {
		this.type = type;
		this.calls = CALLS.get(type);
		this.target = target;
	}

	/**
	 * Implement an interface.
	 * @param <T> the interface
	 * @param type the interface, as {@link RemoteReference#as} takes it
	 * @param target makes the calls
	 * @return the implementation
	 * @throws IllegalArgumentException if a method cannot be a call
	 */
	public static <T> T of(Class<T> type, Target target) {
		if (!type.isInterface()) {
			throw new IllegalArgumentException("%s is no interface".formatted(type.getName()));
		}
		return type.cast(
				Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] { type }, new RemoteProxy(type, target)));
	}

	/** Whether each method of an interface can be a call. */
	static boolean suits(Class<?> type) {
		if (!type.isInterface() || type.getMethods().length == 0) {
			return false;
		}
		try {
			CALLS.get(type);
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static Map<Method, Call> describe(Class<?> type) {
		Map<Method, Call> calls = new HashMap<>();
		for (Method method : type.getMethods()) {
			if (Modifier.isAbstract(method.getModifiers())) {
				calls.put(method, Call.of(method));
			}
		}
		return calls;
	}

	@Override
	public @Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments)
			throws Throwable {
		Call call = this.calls.get(method);
		if (call != null) {
			List<@Nullable Object> values = (arguments != null) ? Arrays.asList(arguments) : List.of();
			return call.kind.result(call,
					() -> this.target.call(new Invocation(call.name, values, call.kind != Kind.NOTHING)));
		}
		if (method.isDefault()) {
			List<@Nullable Object> values = (arguments != null) ? Arrays.asList(arguments) : List.of();
			return ordinary(method).bindTo(proxy).invokeWithArguments(values);
		}
		return switch (method.getName()) {
			case "equals" -> arguments != null && proxy == arguments[0];
			case "hashCode" -> System.identityHashCode(proxy);
			default -> "%s[%s]".formatted(this.type.getSimpleName(), this.target);
		};
	}

	/** A method with a body, also of an interface that is not public. */
	private static MethodHandle ordinary(Method method) throws IllegalAccessException {
		Class<?> declaring = method.getDeclaringClass();
		return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup()).unreflectSpecial(method, declaring);
	}

	/**
	 * Makes the calls of an interface's methods.
	 */
	@FunctionalInterface
	public interface Target {

		/**
		 * Make a call.
		 * @param invocation what is called
		 * @return fires with the result
		 */
		Deferred<@Nullable Object> call(Invocation invocation);

	}

	/**
	 * A method of an interface that was called.
	 *
	 * @param name what the other side calls it
	 * @param arguments by position
	 * @param answerRequired whether anybody waits
	 */
	public record Invocation(String name, List<@Nullable Object> arguments, boolean answerRequired) {

	}

	/** What a method returns. */
	private enum Kind {

		DEFERRED {
			@Override
			Object result(Call call, Attempt made) throws Exception {
				return call.converted(made.call());
			}
		},

		FUTURE {
			@Override
			Object result(Call call, Attempt made) throws Exception {
				return call.converted(made.call()).toCompletableFuture();
			}
		},

		MONO {
			@Override
			Object result(Call call, Attempt made) {
				return Deferreds.mono(() -> call.converted(made.call()));
			}
		},

		NOTHING {
			@Override
			@Nullable Object result(Call call, Attempt made) throws Exception {
				made.call();
				return null;
			}
		};

		abstract @Nullable Object result(Call call, Attempt made) throws Exception;

		static Kind of(Method method) {
			Class<?> type = method.getReturnType();
			if (type == Deferred.class) {
				return DEFERRED;
			}
			if (type == CompletableFuture.class || type == CompletionStage.class) {
				return FUTURE;
			}
			if (type == Mono.class) {
				return MONO;
			}
			if (type == void.class) {
				return NOTHING;
			}
			throw new IllegalArgumentException(
					"%s returns %s: a method that is a call returns a Deferred, a CompletableFuture, a Mono or nothing"
						.formatted(method, type.getSimpleName()));
		}

	}

	/** Makes the call, now or each time. */
	@FunctionalInterface
	private interface Attempt {

		Deferred<@Nullable Object> call() throws Exception;

	}

	/** A method of an interface. */
	private static final class Call {

		private final String name;

		private final Kind kind;

		private final Type result;

		/**
		 * Found out when it is needed, as the result may be of the very same interface.
		 */
		private volatile @Nullable Conversion conversion;

		private Call(String name, Kind kind, Type result) {
			this.name = name;
			this.kind = kind;
			this.result = result;
		}

		static Call of(Method method) {
			Remote annotation = method.getAnnotation(Remote.class);
			String name = (annotation != null && !annotation.value().isEmpty()) ? annotation.value() : method.getName();
			return new Call(name, Kind.of(method), result(method.getGenericReturnType()));
		}

		private static Type result(Type returned) {
			Type result = (returned instanceof ParameterizedType generic) ? generic.getActualTypeArguments()[0]
					: Object.class;
			return (result != Void.class) ? result : Object.class;
		}

		Deferred<@Nullable Object> converted(Deferred<@Nullable Object> answer) {
			return (this.result != Object.class)
					? answer.<@Nullable Object>addCallback((value) -> conversion().convert(value)) : answer;
		}

		private Conversion conversion() {
			Conversion present = this.conversion;
			if (present == null) {
				present = RemoteConversion.to(this.result);
				this.conversion = present;
			}
			return present;
		}

	}

}
