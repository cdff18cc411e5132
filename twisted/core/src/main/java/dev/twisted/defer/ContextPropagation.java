package dev.twisted.defer;

/**
 * Whether Micrometer's context propagation is on the class path.
 */
final class ContextPropagation {

	static final boolean PRESENT = isPresent();

	private ContextPropagation() {
	}

	private static boolean isPresent() {
		try {
			Class.forName("io.micrometer.context.ContextRegistry", false, ContextPropagation.class.getClassLoader());
			return true;
		}
		catch (ClassNotFoundException | LinkageError ex) {
			return false;
		}
	}

}
