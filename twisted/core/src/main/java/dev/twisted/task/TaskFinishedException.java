package dev.twisted.task;

/**
 * The task had come to its end before.
 */
public abstract class TaskFinishedException extends SchedulerException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	TaskFinishedException(String message) {
		super(message);
	}

}
