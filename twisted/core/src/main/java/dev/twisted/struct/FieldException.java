package dev.twisted.struct;

import org.jspecify.annotations.Nullable;

/**
 * A field of a record holds what it must not: bytes that cannot be decoded, or a value
 * that cannot be encoded. The message names the field and the offset, as in
 * {@code Header.size at offset 4: ...}.
 */
public class FieldException extends StructException {

	private static final long serialVersionUID = 1L;

	private final String field;

	private final int offset;

	/**
	 * Make the exception.
	 * @param field which field, as in {@code Packet.items[3].name}
	 * @param offset where it starts, in bytes from the start of the record
	 * @param problem what is wrong with it
	 * @param cause why, or {@code null}
	 */
	public FieldException(String field, int offset, String problem, @Nullable Throwable cause) {
		super("%s at offset %d: %s".formatted(field, offset, problem), cause);
		this.field = field;
		this.offset = offset;
	}

	/**
	 * Which field it was.
	 * @return the name of the record and the way from there, as in
	 * {@code Packet.items[3].name}
	 */
	public String field() {
		return this.field;
	}

	/**
	 * Where the field starts.
	 * @return the offset in bytes from the start of the outermost record
	 */
	public int offset() {
		return this.offset;
	}

}
