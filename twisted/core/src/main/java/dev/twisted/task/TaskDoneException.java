package dev.twisted.task;

/**
 * The task had done all its work before.
 */
public final class TaskDoneException extends TaskFinishedException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 */
	public TaskDoneException(String message) {
		super(message);
	}

}
