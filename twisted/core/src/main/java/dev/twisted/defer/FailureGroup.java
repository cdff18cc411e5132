package dev.twisted.defer;

import java.util.List;

/**
 * All of several Deferreds failed. The first failure is the cause, the others are
 * suppressed exceptions.
 */
public class FailureGroup extends RuntimeException {

	private static final long serialVersionUID = 1L;

	private final Failure[] failures;

	/**
	 * Make the exception.
	 * @param failures every failure, in the order of the Deferreds
	 */
	public FailureGroup(List<Failure> failures) {
		super("All " + failures.size() + " Deferreds failed");
		this.failures = failures.toArray(new Failure[0]);
		for (int i = 0; i < this.failures.length; i++) {
			if (i == 0) {
				initCause(this.failures[i].value());
			}
			else {
				addSuppressed(this.failures[i].value());
			}
		}
	}

	/**
	 * Every failure.
	 * @return the failures in the order of the Deferreds
	 */
	public List<Failure> failures() {
		return List.of(this.failures);
	}

}
