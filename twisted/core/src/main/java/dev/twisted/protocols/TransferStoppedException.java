package dev.twisted.protocols;

import java.io.IOException;

/**
 * Whoever a file was being sent to takes no more of it.
 */
public final class TransferStoppedException extends IOException {

	private static final long serialVersionUID = 1L;

	TransferStoppedException() {
		super("Consumer asked us to stop producing");
	}

}
