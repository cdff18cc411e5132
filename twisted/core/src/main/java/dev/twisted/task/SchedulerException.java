package dev.twisted.task;

/**
 * A {@link Cooperator} or one of its tasks was not in a state for what was asked of it.
 */
public abstract class SchedulerException extends IllegalStateException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	SchedulerException(String message) {
		super(message);
	}

}
