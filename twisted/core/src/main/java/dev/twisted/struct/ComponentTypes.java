package dev.twisted.struct;

import java.lang.invoke.MethodType;
import java.nio.charset.Charset;

/**
 * Which Java type may hold what of the wire.
 */
final class ComponentTypes {

	private ComponentTypes() {
	}

	/**
	 * The primitive type inside a box; any other type as it is.
	 */
	static Class<?> unboxed(Class<?> type) {
		return MethodType.methodType(type).unwrap().returnType();
	}

	static Codec integer(Class<?> type, int width, boolean signed, boolean bigEndian) {
		if (width < 1 || width > Long.BYTES) {
			throw new IllegalArgumentException("an integer has 1 to 8 bytes, not %d".formatted(width));
		}
		require(IntegerCodec.supports(type), type, "an integer");
		return new IntegerCodec(type, width, signed, bigEndian);
	}

	static Codec floating(Class<?> type, int width, boolean bigEndian) {
		require(type == double.class || (type == float.class && width <= Float.BYTES), type,
				"a floating point number of %d bytes".formatted(width));
		return new FloatCodec(type, width, bigEndian);
	}

	static Codec truth(Class<?> type) {
		require(type == boolean.class, type, "a truth value");
		return new BooleanCodec();
	}

	static Content content(Class<?> type, Charset charset) {
		require(type == byte[].class || type == String.class, type, "bytes or text");
		return (type == String.class) ? new TextContent(charset) : new BytesContent();
	}

	private static void require(boolean possible, Class<?> type, String what) {
		if (!possible) {
			throw new IllegalArgumentException("%s cannot hold %s".formatted(type.getSimpleName(), what));
		}
	}

}
