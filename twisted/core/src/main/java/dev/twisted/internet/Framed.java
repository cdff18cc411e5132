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
	 * Say how long a frame may be that comes in; holds from the next frame on. Called
	 * before the connection is made by ports that are told so.
	 * @param maxLength the limit in bytes
	 * @return false if the length of frames has no limit here; nothing has changed then
	 */
	default boolean limitFrames(int maxLength) {
		return false;
	}

	/**
	 * Have somebody told of each frame that is longer than it may be, whatever becomes of
	 * it.
	 * @param listener told on the connection's loop; instead of the one before it
	 */
	default void onFrameTooLong(Runnable listener) {
	}

	/**
	 * Log each frame from now on, received and sent, with level DEBUG and without what is
	 * secret in it.
	 * @param logger where to
	 * @param limit how many bytes of a frame to show at most
	 */
	void logFrames(Logger logger, int limit);

}
