package dev.twisted.internet;

import org.jspecify.annotations.Nullable;

/**
 * A connection is gone, one way or the other. Follows Twisted's {@code error} module,
 * whose names these reasons keep. They carry no stack: where they are made says nothing.
 */
public abstract class ConnectionClosed extends RuntimeException {

	private static final long serialVersionUID = 1L;

	ConnectionClosed(String message, @Nullable Throwable cause) {
		super(message, cause, false, false);
	}

}
