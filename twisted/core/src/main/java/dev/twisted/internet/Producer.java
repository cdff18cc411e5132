package dev.twisted.internet;

/**
 * Something that makes data for a {@link Consumer}. As it stands it is a pull producer:
 * it is asked for one piece at a time. Follows Twisted's {@code IPullProducer}.
 */
public interface Producer {

	/**
	 * Go on. A pull producer writes one piece to its consumer; a push producer writes
	 * until it is paused.
	 */
	void resumeProducing();

	/**
	 * Stop for good: nobody will take any more.
	 */
	void stopProducing();

}
