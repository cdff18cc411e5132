package dev.twisted.benchmarks.adbapi;

/**
 * A way to ask the database.
 */
interface Question {

	/** The statement, with a parameter and two columns. */
	String SQL = "SELECT ? + 1, 'some text that comes with it'";

	/**
	 * Ask.
	 * @param number the parameter
	 * @param answered called with the answer, in any thread
	 */
	void ask(long number, Answered answered);

	/**
	 * Whom to tell.
	 */
	interface Answered {

		void answered(long number);

		void failed(Throwable failure);

	}

}
