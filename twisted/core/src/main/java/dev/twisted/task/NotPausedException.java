package dev.twisted.task;

/**
 * A task was resumed that was not paused.
 */
public final class NotPausedException extends SchedulerException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public NotPausedException(String message) {
		super(message);
	}

}
