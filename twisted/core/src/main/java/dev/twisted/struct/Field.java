package dev.twisted.struct;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * A component of a record.
 *
 * @param name its name
 * @param type its type
 * @param codec how its values become bytes
 * @param padding how many bytes that mean nothing stand before it
 */
record Field(String name, Class<?> type, Codec codec, int padding) {

	private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

	/**
	 * Decode the component.
	 * @return takes the {@link Input}, returns the type
	 */
	MethodHandle reader() {
		MethodHandle reader = this.codec.reader(this.type);
		if (this.padding > 0) {
			reader = MethodHandles.foldArguments(reader, bind("skip", MethodType.methodType(void.class, Input.class)));
		}
		return named(reader);
	}

	/**
	 * Encode the component of a record.
	 * @param accessor takes the record, returns the component
	 * @return takes the {@link Output} and the record
	 */
	MethodHandle writer(MethodHandle accessor) {
		MethodHandle writer = this.codec.writer(this.type);
		if (this.padding > 0) {
			writer = MethodHandles.foldArguments(writer, bind("fill", MethodType.methodType(void.class, Output.class)));
		}
		return MethodHandles.filterArguments(named(writer), 1, accessor);
	}

	void skip(Input in) {
		in.take(this.padding);
	}

	void fill(Output out) {
		out.fill(this.padding);
	}

	BadField name(BadField problem) {
		return problem.in(this.name);
	}

	/**
	 * Let what goes wrong know where it does.
	 */
	private MethodHandle named(MethodHandle handle) {
		MethodHandle rethrow = MethodHandles.throwException(handle.type().returnType(), BadField.class);
		MethodHandle name = bind("name", MethodType.methodType(BadField.class, BadField.class));
		return MethodHandles.catchException(handle, BadField.class, MethodHandles.filterArguments(rethrow, 0, name));
	}

	private MethodHandle bind(String method, MethodType methodType) {
		try {
			return LOOKUP.bind(this, method, methodType);
		}
		catch (ReflectiveOperationException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
