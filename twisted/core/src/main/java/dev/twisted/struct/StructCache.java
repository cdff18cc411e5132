package dev.twisted.struct;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The formats that the static methods of {@link Struct} were called with. It is emptied
 * when it is full, so formats made at run time cost time, not memory.
 */
final class StructCache {

	static final int MAX_SIZE = 100;

	private static final Map<String, Struct> STRUCTS = new ConcurrentHashMap<>();

	private StructCache() {
	}

	static Struct get(String format) {
		Struct cached = STRUCTS.get(format);
		if (cached != null) {
			return cached;
		}
		Struct struct = Struct.of(format);
		if (STRUCTS.size() >= MAX_SIZE) {
			STRUCTS.clear();
		}
		STRUCTS.put(format, struct);
		return struct;
	}

	static int size() {
		return STRUCTS.size();
	}

}
