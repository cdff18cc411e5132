package dev.twisted.spread.pb;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * The methods of a class that peers may call, by the names they use. Made once for each
 * class.
 */
final class MethodTable {

	/** How the names of generated subclasses are told from others. */
	private static final String GENERATED = "$$";

	/** What peers are told it is: what was generated of it is none of their business. */
	private final Class<?> type;

	private final Flavor flavor;

	private final Map<String, List<CallableMethod>> methods = new HashMap<>();

	MethodTable(Class<?> type, Flavor flavor) {
		Set<Class<?>> hierarchy = hierarchy(type);
		this.type = hierarchy.iterator().next();
		this.flavor = flavor;
		Set<String> signatures = new LinkedHashSet<>();
		for (Class<?> declaring : hierarchy) {
			for (Method method : declaring.getDeclaredMethods()) {
				String name = name(method);
				if (name != null && signatures.add(name + List.of(method.getParameterTypes()))) {
					this.methods.computeIfAbsent(name, (key) -> new ArrayList<>()).add(new CallableMethod(method));
				}
			}
		}
		// Whatever order the class has them in.
		this.methods.values().forEach((overloads) -> overloads.sort(CallableMethod.MOST_SPECIAL_FIRST));
	}

	/** The class and all above it, without those that know no names of parameters. */
	private static Set<Class<?>> hierarchy(Class<?> type) {
		Set<Class<?>> hierarchy = new LinkedHashSet<>();
		for (Class<?> each = type; each != null; each = each.getSuperclass()) {
			if (!each.getName().contains(GENERATED) || each.isHidden()) {
				hierarchy.add(each);
			}
		}
		for (Class<?> each : List.copyOf(hierarchy)) {
			addInterfaces(each, hierarchy);
		}
		return hierarchy;
	}

	private static void addInterfaces(Class<?> type, Set<Class<?>> hierarchy) {
		for (Class<?> each : type.getInterfaces()) {
			hierarchy.add(each);
			addInterfaces(each, hierarchy);
		}
	}

	private @Nullable String name(Method method) {
		int modifiers = method.getModifiers();
		if (Modifier.isStatic(modifiers) || Modifier.isPrivate(modifiers) || method.isBridge()
				|| method.isSynthetic()) {
			return null;
		}
		Remote annotation = method.getAnnotation(Remote.class);
		if (annotation != null) {
			return annotation.value().isEmpty() ? method.getName() : annotation.value();
		}
		String prefix = this.flavor.prefix();
		return method.getName().startsWith(prefix) ? method.getName().substring(prefix.length()) : null;
	}

	/** Whether peers can call nothing at all. */
	boolean isEmpty() {
		return this.methods.isEmpty();
	}

	/**
	 * Call a method.
	 * @param target whose
	 * @param name what the peer calls it
	 * @param arguments by position
	 * @param keywords by name
	 * @return what it returns
	 * @throws Throwable what it throws, or that there is no such method
	 */
	@Nullable Object call(Object target, String name, List<? extends @Nullable Object> arguments,
			Map<String, ? extends @Nullable Object> keywords) throws Throwable {
		List<CallableMethod> candidates = this.methods.get(name);
		if (candidates == null) {
			throw missing(name);
		}
		if (candidates.size() == 1) {
			CallableMethod only = candidates.get(0);
			return only.call(target, only.bind(this.type, arguments, keywords));
		}
		RemoteException mismatch = null;
		for (CallableMethod candidate : candidates) {
			@Nullable Object[] values;
			try {
				values = candidate.bind(this.type, arguments, keywords);
			}
			catch (RemoteException ex) {
				mismatch = ex;
				continue;
			}
			return candidate.call(target, values);
		}
		throw (mismatch != null) ? mismatch : missing(name);
	}

	private Exception missing(String name) {
		String method = this.flavor.prefix() + name;
		return (this.flavor == Flavor.REMOTE) ? new NoSuchRemoteMethodException("No such method: " + method)
				: new RemoteException("builtins.AttributeError",
						"'%s' object has no attribute '%s'".formatted(this.type.getSimpleName(), method));
	}

}
