package dev.twisted.struct;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * A byte that is zero or not.
 */
record BooleanCodec() implements Codec {

	@Override
	public Object read(Input in) {
		return readBoolean(in);
	}

	@Override
	public void write(Output out, Object value) {
		writeBoolean(out, (Boolean) value);
	}

	@Override
	public int minimumSize() {
		return 1;
	}

	@Override
	public MethodHandle reader(Class<?> wanted) {
		return bind("readBoolean", MethodType.methodType(boolean.class, Input.class))
			.asType(MethodType.methodType(wanted, Input.class));
	}

	@Override
	public MethodHandle writer(Class<?> wanted) {
		if (!wanted.isPrimitive()) {
			return Codec.super.writer(wanted);
		}
		return bind("writeBoolean", MethodType.methodType(void.class, Output.class, boolean.class));
	}

	boolean readBoolean(Input in) {
		int at = in.take(1);
		return in.bytes()[at] != 0;
	}

	void writeBoolean(Output out, boolean value) {
		int at = out.take(1);
		out.bytes()[at] = (byte) (value ? 1 : 0);
	}

}
