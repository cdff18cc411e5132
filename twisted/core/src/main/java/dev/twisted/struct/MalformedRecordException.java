package dev.twisted.struct;

import org.jspecify.annotations.Nullable;

/**
 * Bytes that hold no such record: whoever sent them is at fault, while any other
 * {@link FieldException} is about values of our own that cannot be encoded. A receiver of
 * frames closes the connection with it as the reason, and does not log it as an error.
 */
public class MalformedRecordException extends FieldException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param field which field, as in {@code Packet.items[3].name}
	 * @param offset where it starts, in bytes from the start of the record
	 * @param problem what is wrong with it
	 * @param cause why, or {@code null}
	 */
	public MalformedRecordException(String field, int offset, String problem, @Nullable Throwable cause) {
		super(field, offset, problem, cause);
	}

}
