package dev.twisted.spread.pb;

/**
 * What kind of object is called, and how the names of its methods begin.
 */
enum Flavor {

	REMOTE("remote_"), PERSPECTIVE("perspective_"), VIEW("view_"), OBSERVE("observe_");

	private final String prefix;

	// A cache.
	@SuppressWarnings("ImmutableEnumChecker")
	private final ClassValue<MethodTable> tables = new ClassValue<>() {

		@Override
		protected MethodTable computeValue(Class<?> type) {
			return new MethodTable(type, Flavor.this);
		}

	};

	Flavor(String prefix) {
		this.prefix = prefix;
	}

	String prefix() {
		return this.prefix;
	}

	/** The methods of an object. */
	MethodTable methods(Object object) {
		return this.tables.get(object.getClass());
	}

}
