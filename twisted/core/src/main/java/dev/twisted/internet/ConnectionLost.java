package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * The connection was lost in a non-clean fashion: reset by the peer, or broken on the
 * way.
 */
public final class ConnectionLost extends ConnectionClosed {

	private static final long serialVersionUID = 1L;

	/**
	 * Make the reason.
	 * @param cause what the operating system said, {@code null} if nothing
	 */
	public ConnectionLost(@Nullable Throwable cause) {
		super("Connection to the other side was lost in a non-clean fashion"
				+ ((cause != null) ? ": " + cause.getMessage() : "."), cause);
	}

}
