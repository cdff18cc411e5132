package dev.twisted.struct;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;

/**
 * Floating point numbers of two, four or eight bytes.
 *
 * @param type {@code float} or {@code double}
 * @param width the bytes of one
 * @param bigEndian whether the first byte is the most significant
 */
record FloatCodec(Class<?> type, int width, boolean bigEndian) implements Codec {

	@Override
	public Object read(Input in) {
		return (this.type == float.class) ? (Object) readFloat(in) : (Object) readDouble(in);
	}

	@Override
	public void write(Output out, Object value) {
		writeDouble(out, ((Number) value).doubleValue());
	}

	@Override
	public int minimumSize() {
		return this.width;
	}

	@Override
	public MethodHandle reader(Class<?> wanted) {
		String name = (this.type == float.class) ? "readFloat" : "readDouble";
		return bind(name, MethodType.methodType(this.type, Input.class))
			.asType(MethodType.methodType(wanted, Input.class));
	}

	@Override
	public MethodHandle writer(Class<?> wanted) {
		if (!wanted.isPrimitive()) {
			return Codec.super.writer(wanted);
		}
		return bind("writeDouble", MethodType.methodType(void.class, Output.class, double.class))
			.asType(MethodType.methodType(void.class, Output.class, wanted));
	}

	float readFloat(Input in) {
		int bits = (int) get(in);
		return (this.width == 2) ? HalfFloat.toFloat(bits) : Float.intBitsToFloat(bits);
	}

	double readDouble(Input in) {
		return (this.width == Double.BYTES) ? Double.longBitsToDouble(get(in)) : readFloat(in);
	}

	void writeDouble(Output out, double value) {
		long bits = switch (this.width) {
			case 2 -> toHalfBits(out, value);
			case Float.BYTES -> toFloatBits(out, value);
			default -> Double.doubleToRawLongBits(value);
		};
		int at = out.take(this.width);
		Binary.put(out.bytes(), at, this.width, this.bigEndian, bits);
	}

	private long get(Input in) {
		int at = in.take(this.width);
		return Binary.getUnsigned(in.bytes(), at, this.width, this.bigEndian);
	}

	private static int toHalfBits(Output out, double value) {
		try {
			return HalfFloat.toBits(value);
		}
		catch (StructException ex) {
			throw tooLarge(out, value, 2);
		}
	}

	private static int toFloatBits(Output out, double value) {
		float narrowed = (float) value;
		if (Float.isInfinite(narrowed) && !Double.isInfinite(value)) {
			throw tooLarge(out, value, Float.BYTES);
		}
		return Float.floatToRawIntBits(narrowed);
	}

	private static BadField tooLarge(Output out, double value, int width) {
		return new BadField(out.offset(), "%s is too large for %d bytes".formatted(value, width));
	}

}
