package dev.twisted.spread.pb;

import dev.twisted.spread.jelly.JellyException;

/**
 * The peer holds as many objects as it may. For it, this is a {@code pb.Error}.
 */
final class LimitReachedException extends JellyException {

	private static final long serialVersionUID = 1L;

	private final boolean fatal;

	LimitReachedException(String message, boolean fatal) {
		super(message);
		this.fatal = fatal;
	}

	/** Whether it loses the connection as well. */
	boolean fatal() {
		return this.fatal;
	}

}
