package dev.twisted.web.server;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which methods of HTTP the classes of resources answer.
 */
final class RenderMethods {

	private static final String PREFIX = "render";

	private static final List<String> KNOWN = List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS");

	private static final Class<?>[] PARAMETERS = { Request.class };

	private static final ClassValue<List<String>> METHODS = new ClassValue<>() {

		@Override
		protected List<String> computeValue(Class<?> type) {
			Set<String> found = new TreeSet<>();
			for (Class<?> each = type; each != Resource.class && each != null; each = each.getSuperclass()) {
				for (String method : KNOWN) {
					if (declares(each, PREFIX + method)) {
						found.add(method);
					}
				}
			}
			if (found.contains("GET")) {
				found.add("HEAD");
			}
			return List.copyOf(found);
		}

	};

	private RenderMethods() {
	}

	static List<String> of(Class<? extends Resource> type) {
		return METHODS.get(type);
	}

	private static boolean declares(Class<?> type, String name) {
		return Arrays.stream(type.getDeclaredMethods())
			.anyMatch(
					(method) -> method.getName().equals(name) && Arrays.equals(method.getParameterTypes(), PARAMETERS));
	}

}
