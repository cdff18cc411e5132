package dev.twisted.struct;

import java.lang.invoke.MethodHandle;

import org.jspecify.annotations.Nullable;

/**
 * All components of a record. Being a record itself lets the compiler of the JVM take the
 * handles for constants, where the format is one.
 *
 * @param reader takes the {@link Input}, returns the record as an object
 * @param writer takes the {@link Output} and the record as an object
 * @param trailing how many bytes that mean nothing follow the last component
 * @param minimumSize the bytes that each record takes at least
 * @param isFixedSize whether none takes more
 * @param isOpen whether the last component goes on to the end
 */
record RecordCodec(MethodHandle reader, MethodHandle writer, int trailing, int minimumSize, boolean isFixedSize,
		boolean isOpen) implements Codec {

	@Override
	public Object read(Input in) {
		Object value = invokeReader(in);
		in.take(this.trailing);
		return value;
	}

	@Override
	public void write(Output out, Object value) {
		int offset = out.offset();
		try {
			this.writer.invokeExact(out, value);
		}
		catch (Throwable ex) {
			throw failure(offset, ex);
		}
		out.fill(this.trailing);
	}

	private Object invokeReader(Input in) {
		int offset = in.offset();
		try {
			return (Object) this.reader.invokeExact(in);
		}
		catch (Throwable ex) {
			throw failure(offset, ex);
		}
	}

	/**
	 * What the record's own constructor and accessors object to is bad data, too.
	 */
	private static RuntimeException failure(int offset, Throwable failure) {
		if (failure instanceof Error error) {
			throw error;
		}
		if (failure instanceof BadField bad) {
			return bad;
		}
		@Nullable String message = failure.getMessage();
		return new BadField(offset, (message != null) ? message : failure.toString(), failure);
	}

}
