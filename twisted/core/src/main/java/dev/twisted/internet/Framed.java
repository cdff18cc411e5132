package dev.twisted.internet;

import org.slf4j.Logger;

/**
 * A {@link Protocol} that cuts what it receives into frames. With this it tells those
 * around it how far a frame has come, so that they can set it a time limit, and what of
 * it may be shown. On the connection's loop only.
 */
public interface Framed {

	/**
	 * Whether a frame has begun to come in and its end has not.
	 * @return true if the peer owes us the rest of a frame
	 */
	boolean insideFrame();

	/**
	 * How many frames have come in whole.
	 * @return a number that grows with each frame, from zero
	 */
	long framesReceived();

	/**
	 * Log each frame from now on, received and sent, with level DEBUG and without what is
	 * secret in it.
	 * @param logger where to
	 * @param limit how many bytes of a frame to show at most
	 */
	void logFrames(Logger logger, int limit);

}
