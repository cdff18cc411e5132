package dev.twisted.task;

/**
 * The task was stopped.
 */
public final class TaskStoppedException extends TaskFinishedException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public TaskStoppedException(String message) {
		super(message);
	}

}
