package dev.twisted.task;

/**
 * The task had failed before. The cause is what it failed with.
 */
public final class TaskFailedException extends TaskFinishedException {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the exception.
	 * @param message what to change or what happened
	 * @param cause what the task failed with
	 */
	public TaskFailedException(String message, Throwable cause) {
		super(message);
		initCause(cause);
	}

}
