package dev.twisted.spread.pb;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import dev.twisted.spread.jelly.Conversion;
import dev.twisted.spread.jelly.JellyException;
import org.jspecify.annotations.Nullable;

/**
 * A method that peers may call: what it takes, and how to get there fast.
 */
final class CallableMethod {

	/** Of two that the arguments suit, that one is called which asks for more. */
	static final Comparator<CallableMethod> MOST_SPECIAL_FIRST = Comparator
		.comparingInt((CallableMethod callable) -> -callable.specialty)
		.thenComparing((callable) -> callable.method.toString());

	private static final List<Class<?>> NUMBERS = List.of(BigDecimal.class, Double.class, Float.class, BigInteger.class,
			Long.class, Integer.class, Short.class, Byte.class);

	private static final Object MISSING = new Object();

	private final Method method;

	private final MethodHandle handle;

	private final Parameter[] parameters;

	private final Conversion[] conversions;

	/** How much the parameters ask for: a type asks for more than those above it. */
	private final int specialty;

	CallableMethod(Method method) {
		this.method = method;
		this.parameters = method.getParameters();
		this.conversions = Arrays.stream(this.parameters)
			.map((parameter) -> RemoteConversion.to(parameter.getParameterizedType()))
			.toArray(Conversion[]::new);
		this.specialty = Arrays.stream(this.parameters).mapToInt((parameter) -> specialty(parameter.getType())).sum();
		try {
			MethodHandle direct = MethodHandles.privateLookupIn(method.getDeclaringClass(), MethodHandles.lookup())
				.unreflect(method)
				.asFixedArity();
			this.handle = direct.asType(MethodType.genericMethodType(this.parameters.length + 1))
				.asSpreader(1, Object[].class, this.parameters.length);
		}
		catch (IllegalAccessException ex) {
			throw new IllegalArgumentException("%s is not accessible".formatted(method), ex);
		}
	}

	private static int specialty(Class<?> type) {
		Class<?> boxed = MethodType.methodType(type).wrap().returnType();
		// More than Object, Number and Comparable, and each more than the next wider.
		int number = NUMBERS.indexOf(boxed);
		return (number >= 0) ? NUMBERS.size() + number : typesAbove(boxed).size();
	}

	private static Set<Class<?>> typesAbove(Class<?> type) {
		Set<Class<?>> above = new HashSet<>();
		if (type != Object.class) {
			above.add(Object.class);
		}
		for (Class<?> each = type.getSuperclass(); each != null; each = each.getSuperclass()) {
			above.add(each);
			above.addAll(typesAbove(each));
		}
		for (Class<?> each : type.getInterfaces()) {
			above.add(each);
			above.addAll(typesAbove(each));
		}
		return above;
	}

	/**
	 * Give each parameter its value.
	 * @param type the class of the object, to be named where something is wrong
	 * @param arguments by position
	 * @param keywords by name
	 * @return the values
	 * @throws RemoteException if they do not suit the method
	 */
	@Nullable Object[] bind(Class<?> type, List<? extends @Nullable Object> arguments,
			Map<String, ? extends @Nullable Object> keywords) throws RemoteException {
		int given = arguments.size();
		if (given > this.parameters.length) {
			throw ErrorTypes.typeError("%s takes %d positional arguments but %d were given".formatted(describe(type),
					this.parameters.length, given));
		}
		@Nullable Object[] values = new @Nullable Object[this.parameters.length];
		for (int i = 0; i < given; i++) {
			values[i] = convert(i, arguments.get(i));
		}
		if (given < values.length || !keywords.isEmpty()) {
			Arrays.fill(values, given, values.length, MISSING);
			for (Map.Entry<String, ? extends @Nullable Object> keyword : keywords.entrySet()) {
				int index = index(type, keyword.getKey());
				if (values[index] != MISSING) {
					throw ErrorTypes.typeError(
							"%s got multiple values for argument '%s'".formatted(describe(type), keyword.getKey()));
				}
				values[index] = convert(index, keyword.getValue());
			}
			checkComplete(type, values);
		}
		return values;
	}

	private int index(Class<?> type, String name) throws RemoteException {
		for (int i = 0; i < this.parameters.length; i++) {
			if (this.parameters[i].getName().equals(name)) {
				return i;
			}
		}
		throw ErrorTypes.typeError("%s got an unexpected keyword argument '%s'".formatted(describe(type), name));
	}

	private void checkComplete(Class<?> type, @Nullable Object[] values) throws RemoteException {
		List<String> missing = java.util.stream.IntStream.range(0, values.length)
			.filter((i) -> values[i] == MISSING)
			.mapToObj((i) -> "'%s'".formatted(this.parameters[i].getName()))
			.toList();
		if (!missing.isEmpty()) {
			throw ErrorTypes.typeError("%s missing %d required positional argument%s: %s".formatted(describe(type),
					missing.size(), (missing.size() > 1) ? "s" : "", String.join(" and ", missing)));
		}
	}

	private @Nullable Object convert(int index, @Nullable Object value) throws RemoteException {
		try {
			return this.conversions[index].convert(value);
		}
		catch (JellyException ex) {
			throw ErrorTypes.typeError("argument '%s' of %s(): %s".formatted(this.parameters[index].getName(),
					this.method.getName(), ex.getMessage()));
		}
	}

	private String describe(Class<?> type) {
		return "%s.%s()".formatted(type.getSimpleName(), this.method.getName());
	}

	@Nullable Object call(Object target, @Nullable Object[] values) throws Throwable {
		return (Object) this.handle.invokeExact(target, values);
	}

}
