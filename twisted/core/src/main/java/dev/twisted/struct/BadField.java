package dev.twisted.struct;

import org.jspecify.annotations.Nullable;

/**
 * On its way out of the fields, which each know only their own name, to the record that
 * tells the user. Has no stack trace: peers may cause it as often as they like.
 */
final class BadField extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final String path;

	private final int offset;

	private final String problem;

	BadField(int offset, String problem) {
		this("", offset, problem, null);
	}

	BadField(int offset, String problem, @Nullable Throwable cause) {
		this("", offset, problem, cause);
	}

	private BadField(String path, int offset, String problem, @Nullable Throwable cause) {
		super(problem, cause, false, false);
		this.path = path;
		this.offset = offset;
		this.problem = problem;
	}

	/**
	 * The same, one step further out.
	 */
	BadField in(String name) {
		String separator = (this.path.isEmpty() || this.path.startsWith("[")) ? "" : ".";
		return new BadField(name + separator + this.path, this.offset, this.problem, getCause());
	}

	/** While encoding. */
	FieldException toException() {
		return new FieldException(this.path, this.offset, this.problem, getCause());
	}

	/** While decoding. */
	MalformedRecordException toMalformed() {
		return new MalformedRecordException(this.path, this.offset, this.problem, getCause());
	}

}
