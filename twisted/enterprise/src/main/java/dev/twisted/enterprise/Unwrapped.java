package dev.twisted.enterprise;

import io.r2dbc.spi.Wrapped;

/**
 * Finds what pools and proxies stand in front of.
 */
final class Unwrapped {

	private Unwrapped() {
	}

	static <T> T of(T object, Class<T> type) {
		T current = object;
		while (current instanceof Wrapped<?> wrapped && type.isInstance(wrapped.unwrap())) {
			current = type.cast(wrapped.unwrap());
		}
		return current;
	}

}
