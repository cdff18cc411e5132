package dev.twisted.internet;

/**
 * A producer that writes of its own accord and can be paused. Follows Twisted's
 * {@code IPushProducer}.
 */
public interface PushProducer extends Producer {

	/**
	 * Pause until {@link #resumeProducing()}.
	 */
	void pauseProducing();

}
