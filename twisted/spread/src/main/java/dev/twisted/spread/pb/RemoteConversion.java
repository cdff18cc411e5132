package dev.twisted.spread.pb;

import java.lang.reflect.Type;

import dev.twisted.spread.jelly.Conversion;

/**
 * Converts as {@link Conversion} does, and references to the interface that somebody has
 * described a remote object by.
 */
final class RemoteConversion {

	private RemoteConversion() {
	}

	static Conversion to(Type type) {
		return Conversion.to(type, RemoteConversion::plain);
	}

	private static Conversion plain(Class<?> type) {
		Conversion plain = Conversion.plain(type);
		if (!RemoteProxy.suits(type)) {
			return plain;
		}
		return (value) -> (value instanceof RemoteReference reference && !type.isInstance(reference))
				? reference.as(type) : plain.convert(value);
	}

}
