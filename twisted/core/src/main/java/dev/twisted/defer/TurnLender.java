package dev.twisted.defer;

/**
 * An event loop, as the bodies of {@link Deferreds#inlineCallbacks inlineCallbacks} see
 * it. Only one thread at a time has its turn: the loop's own, or that of a body which the
 * loop's own waits for. For those who write event loops; give one to {@link Bodies}.
 */
public interface TurnLender {

	/**
	 * Whether the calling thread may do what belongs to the loop.
	 * @return true on the loop's own thread, and on one that the turn is lent to
	 */
	boolean hasTurn();

	/**
	 * Lend the turn to the calling thread. Whoever had it waits until it is given back,
	 * so loans end in the reverse order of their beginnings.
	 * @return the loan
	 */
	Loan lend();

	/**
	 * Run something in a turn of its own, soon. May be called from any thread.
	 * @param call what to run
	 */
	void execute(Runnable call);

	/**
	 * The turn of the loop in the hands of a body.
	 */
	interface Loan {

		/**
		 * Whether the turn can be given back: not while the loop's own code, which the
		 * body has called, is in the middle of something and calls back.
		 * @return true if nothing is under way
		 */
		boolean returnable();

		/**
		 * Give the turn back, on the thread it was lent to.
		 */
		void end();

	}

}
