package dev.twisted.internet;

/**
 * Something that takes data from a {@link Producer}. Follows Twisted's {@code IConsumer}.
 */
public interface Consumer {

	/**
	 * Be fed by a producer from now on. If nothing more can be taken, the producer is
	 * stopped at once.
	 * @param producer who writes
	 * @param streaming whether the producer writes of its own accord, is paused when too
	 * much is waiting and resumed when all of it has gone; it must be a
	 * {@link PushProducer} then. Otherwise it is asked for one piece at a time
	 * @throws IllegalStateException if a producer is registered already
	 */
	void registerProducer(Producer producer, boolean streaming);

	/**
	 * The producer has no more to give.
	 */
	void unregisterProducer();

	/**
	 * Take some data.
	 * @param data the bytes, which must not be changed afterwards
	 */
	void write(byte[] data);

}
