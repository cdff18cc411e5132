package dev.twisted.internet.netty;

import org.jspecify.annotations.Nullable;

/**
 * Something that is to be looked at when some time has come: an entry of a
 * {@link DeadlineWheel}, linked through itself.
 */
abstract class Deadline {

	/** The tick of the wheel at whose end it is due. */
	long tick;

	@Nullable Deadline previous;

	@Nullable Deadline next;

	/** Whether a wheel has it. */
	boolean waiting;

	/**
	 * Its time has come; it is in no wheel any more.
	 * @param now the present moment
	 */
	abstract void due(long now);

}
