package dev.twisted.defer;

/**
 * The first of several Deferreds to fail. Follows Twisted's {@code FirstError}.
 */
public class FirstErrorException extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Failure subFailure;

	private final int index;

	/**
	 * Make the exception.
	 * @param subFailure what went wrong
	 * @param index which one failed, counted from zero
	 */
	public FirstErrorException(Failure subFailure, int index) {
		super("FirstError[#" + index + ", " + subFailure + "]", subFailure.value());
		this.subFailure = subFailure;
		this.index = index;
	}

	/**
	 * What went wrong.
	 * @return the failure of the one that failed first
	 */
	public Failure subFailure() {
		return this.subFailure;
	}

	/**
	 * Which one failed first.
	 * @return its place in the list, counted from zero
	 */
	public int index() {
		return this.index;
	}

}
