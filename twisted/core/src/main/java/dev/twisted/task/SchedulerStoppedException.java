package dev.twisted.task;

/**
 * The {@link Cooperator} was stopped, and its tasks with it.
 */
public final class SchedulerStoppedException extends SchedulerException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public SchedulerStoppedException(String message) {
		super(message);
	}

}
