package dev.twisted.struct;

import org.jspecify.annotations.Nullable;

/**
 * A format that makes no sense, values that do not fit it, or bytes that do not hold what
 * it says. Follows Python's {@code struct.error}.
 */
public class StructException extends IllegalArgumentException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what is wrong
	 */
	public StructException(String message) {
		super(message);
	}

	/**
	 * Make the exception.
	 * @param message what is wrong
	 * @param cause why, or {@code null}
	 */
	public StructException(String message, @Nullable Throwable cause) {
		super(message, cause);
	}

}
