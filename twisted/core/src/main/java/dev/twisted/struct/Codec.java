package dev.twisted.struct;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

import org.jspecify.annotations.Nullable;

/**
 * How a value of one type becomes bytes and comes back. Bad data is a {@link BadField}.
 */
interface Codec {

	/**
	 * Decode the next value.
	 */
	Object read(Input in);

	/**
	 * Encode a value of the right type.
	 */
	void write(Output out, Object value);

	/**
	 * The bytes that each value takes at least.
	 */
	int minimumSize();

	/**
	 * Whether no value takes more than that.
	 */
	default boolean isFixedSize() {
		return true;
	}

	/**
	 * Whether a value goes on to the end of the input, so that nothing can follow it.
	 */
	default boolean isOpen() {
		return false;
	}

	/**
	 * Encode a value unless there is none.
	 */
	default void writeNonNull(Output out, @Nullable Object value) {
		if (value == null) {
			throw new BadField(out.offset(), "must not be null");
		}
		write(out, value);
	}

	/**
	 * Decode, without an object around a primitive value.
	 * @return takes the {@link Input}, returns the type
	 */
	default MethodHandle reader(Class<?> type) {
		return bind("read", MethodType.methodType(Object.class, Input.class))
			.asType(MethodType.methodType(type, Input.class));
	}

	/**
	 * Encode, without an object around a primitive value.
	 * @return takes the {@link Output} and the type, returns nothing
	 */
	default MethodHandle writer(Class<?> type) {
		return bind("writeNonNull", MethodType.methodType(void.class, Output.class, Object.class))
			.asType(MethodType.methodType(void.class, Output.class, type));
	}

	/**
	 * Find one of the codec's own methods.
	 */
	default MethodHandle bind(String method, MethodType type) {
		try {
			return MethodHandles.lookup().bind(this, method, type);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
